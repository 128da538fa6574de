/**
 * People, roles, and the one decision who may do what to which resource ({@link
 * io.holdfast.server.security.AccessPolicy}), used by console, REST and batch alike. Knows no
 * feature. Nothing here returns or logs a password, a token or a key.
 */
package io.holdfast.server.security;
