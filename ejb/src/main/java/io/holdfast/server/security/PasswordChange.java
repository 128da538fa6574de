package io.holdfast.server.security;

/**
 * A user changing the own password.
 *
 * @param present the password so far
 * @param fresh the new one
 */
public record PasswordChange(String present, String fresh) {
  @Override
  public String toString() {
    return "PasswordChange[…]";
  }
}
