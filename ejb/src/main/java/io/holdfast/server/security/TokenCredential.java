package io.holdfast.server.security;

import jakarta.security.enterprise.credential.Credential;

/** A bearer token as it came with a request, for the identity store. */
public record TokenCredential(String token) implements Credential {
  @Override
  public String toString() {
    return "TokenCredential[…]";
  }
}
