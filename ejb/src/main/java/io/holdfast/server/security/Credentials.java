package io.holdfast.server.security;

/**
 * User name and password of a login.
 *
 * @param source the address the attempt came from
 */
public record Credentials(String userName, String password, String source) {
  @Override
  public String toString() {
    return "Credentials[" + userName + ", " + source + "]";
  }
}
