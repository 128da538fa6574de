/**
 * The way into the console: who is signed in, the login page, what the container asks of every
 * request. Passwords are looked at by {@code io.holdfast.server.security} only and kept nowhere
 * here.
 */
package io.holdfast.web.console.login;
