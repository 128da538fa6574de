package io.holdfast.server.security;

import java.util.Set;

/**
 * A user to be made.
 *
 * @param name 1…64 of letters, digits, dot, dash, underscore, @
 * @param password to be changed at first login
 * @param roles at least one
 */
public record NewUser(String name, String password, Set<Role> roles) {
  @Override
  public String toString() {
    return "NewUser[" + name + ", " + roles + "]";
  }
}
