package io.holdfast.server.security;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * API-01: bearer tokens. 256 random bits each, kept as SHA-256, valid 12 hours or until revoked.
 */
@ApplicationScoped
@Transactional
public class TokenService {
  static final Duration LIFETIME = Duration.ofHours(12);
  private static final String PREFIX = "hft_";
  private static final int TOKEN_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  @Inject LoginService logins;
  @Inject TokenRepository tokens;
  @Inject UserRepository users;
  @Inject Clock clock;

  /** A new token for the user; LOGIN_FAILED as {@link LoginService#login}. */
  @Transactional(dontRollbackOn = io.holdfast.error.BackupException.class)
  public IssuedToken login(Credentials credentials) {
    User user = logins.login(credentials);
    byte[] random = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(random);
    String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Instant now = clock.instant();
    Instant expires = now.plus(LIFETIME);
    tokens.add(new AccessToken(user.id(), hash(token), now, expires), now);
    return new IssuedToken(token, expires, user.mustChangePassword());
  }

  /** The token's user, when the token is valid and the user enabled. */
  public Optional<User> authenticate(String token) {
    return tokens
        .byHash(hash(token))
        .filter(known -> known.validAt(clock.instant()))
        .flatMap(known -> users.byId(known.userId()))
        .filter(User::enabled);
  }

  /** Ends a token; nothing happens for one that is unknown or ended. */
  public void revoke(String token) {
    tokens.byHash(hash(token)).ifPresent(known -> known.revoke(clock.instant()));
  }

  static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing in this JDK", e);
    }
  }
}
