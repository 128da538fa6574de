package io.holdfast.server.security;

/**
 * Something about people that belongs in the audit log: a login, a refused login, a changed
 * password, a new user. Fired as a CDI event in the transaction of the change; never holds a
 * secret.
 *
 * @param userName who did it, as given at login
 * @param source the address it came from
 * @param action {@code login}, {@code login-token}, {@code password-change}, {@code user-create}…
 * @param subject the user it was done to
 * @param succeeded false for a refused attempt
 */
public record SecurityEvent(
    String userName, String source, String action, String subject, boolean succeeded) {}
