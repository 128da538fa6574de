/**
 * Users and their roles. Who may see or make them is decided by the server's access policy. A
 * password is taken, never given.
 */
package io.holdfast.web.rest.user;
