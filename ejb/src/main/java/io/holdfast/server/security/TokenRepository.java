package io.holdfast.server.security;

import java.time.Instant;
import java.util.Optional;

/** Bearer tokens in the database. Changes need a transaction. */
public interface TokenRepository {
  /** The token of that hash, valid or not. */
  Optional<AccessToken> byHash(String hash);

  /** Stores a new token and drops those that expired before {@code now}. */
  void add(AccessToken token, Instant now);

  /** Ends all tokens of a user. */
  void revokeAllOf(String userId, Instant at);
}
