/**
 * The server's state folder: keys, certificates, the first password. Knows files, not their
 * meaning. Everything here is readable by the server's user alone.
 */
package io.holdfast.server.state;
