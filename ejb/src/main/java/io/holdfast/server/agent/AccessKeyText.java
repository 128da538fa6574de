package io.holdfast.server.agent;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * An access key as text: {@code hf1.<key id>.<secret>.<CA fingerprint>}. The secret has 256 random
 * bits, so a plain SHA-256 of it is safe to keep.
 *
 * @param keyId UUID
 * @param secret base64url
 * @param fingerprint base64url SHA-256 of the CA certificate
 */
record AccessKeyText(String keyId, String secret, String fingerprint) {
  private static final String SCHEME = "hf1";
  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  static AccessKeyText generate(String fingerprint) {
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return new AccessKeyText(
        UUID.randomUUID().toString(),
        Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
        fingerprint);
  }

  /** Nothing when the text is no access key. */
  static Optional<AccessKeyText> parse(String text) {
    String[] parts = text.strip().split("\\.", -1);
    if (parts.length != 4 || !SCHEME.equals(parts[0])) {
      return Optional.empty();
    }
    return Optional.of(new AccessKeyText(parts[1], parts[2], parts[3]));
  }

  String text() {
    return String.join(".", SCHEME, keyId, secret, fingerprint);
  }

  /** Hex SHA-256 of the secret, as kept. */
  String secretHash() {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(secret.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is missing in this JDK", e);
    }
  }

  /** Compares in constant time. */
  boolean hasSecretOf(AccessKey key) {
    return MessageDigest.isEqual(
        secretHash().getBytes(StandardCharsets.US_ASCII),
        key.secretHash().getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String toString() {
    return "AccessKeyText[" + keyId + "]";
  }
}
