package io.holdfast.server.security;

import java.time.Instant;

/**
 * A fresh bearer token; the only time its text is seen.
 *
 * @param token for {@code Authorization: Bearer}
 * @param expiresAt from then on it is refused
 * @param passwordChangeRequired nothing but changing the password is allowed with it
 */
public record IssuedToken(String token, Instant expiresAt, boolean passwordChangeRequired) {
  @Override
  public String toString() {
    return "IssuedToken[expires " + expiresAt + "]";
  }
}
