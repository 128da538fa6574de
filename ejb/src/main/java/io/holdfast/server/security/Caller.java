package io.holdfast.server.security;

import java.util.Set;

/**
 * Who asks.
 *
 * @param userId id of the user; empty for nobody and for the server itself
 * @param name the user's name, {@code "anonymous"} or {@code "system"}
 * @param roles what the user is; none for nobody
 * @param source the address the request came from, {@code "server"} for the server itself
 * @param passwordChangeRequired nothing but changing the password is allowed
 * @param system the server itself, which is allowed everything
 */
public record Caller(
    String userId,
    String name,
    Set<Role> roles,
    String source,
    boolean passwordChangeRequired,
    boolean system) {

  public Caller {
    roles = Set.copyOf(roles);
  }

  /** Nobody: not logged in. Nothing is allowed. */
  public static Caller anonymous(String source) {
    return new Caller("", "anonymous", Set.of(), source, false, false);
  }

  /** The server itself: timers, reconcilers, recovery at boot. */
  public static Caller server() {
    return new Caller("", "system", Set.of(), "server", false, true);
  }

  /** The user with its present roles. */
  public static Caller of(User user, String source) {
    return new Caller(
        user.id(), user.name(), user.roles(), source, user.mustChangePassword(), false);
  }
}
