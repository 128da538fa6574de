/** The server's one clock. Nothing else in the server asks the machine for the time. */
package io.holdfast.server.time;
