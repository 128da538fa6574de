package io.holdfast.server.security;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password as it is kept: PBKDF2-HMAC-SHA256 with its own salt and count, {@code
 * pbkdf2-sha256$<iterations>$<salt>$<hash>} (base64). Verifying takes the same time whatever
 * differs.
 *
 * @param encoded the text above
 */
public record PasswordHash(String encoded) {
  static final int ITERATIONS = 310_000;
  private static final String SCHEME = "pbkdf2-sha256";
  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 256;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Verified against when a user does not exist, so that the answer takes as long. */
  static final PasswordHash NOBODY = of("no user has this password");

  /** Hashes a password with a fresh salt. */
  public static PasswordHash of(String password) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    String saltText = base64.encodeToString(salt);
    return new PasswordHash(
        String.join(
            "$",
            SCHEME,
            Integer.toString(ITERATIONS),
            saltText,
            derive(password, saltText, ITERATIONS)));
  }

  /** Whether this is the password's hash. */
  public boolean matches(String password) {
    String[] parts = encoded.split("\\$", -1);
    if (parts.length != 4 || !SCHEME.equals(parts[0])) {
      return false;
    }
    String derived = derive(password, parts[2], Integer.parseInt(parts[1]));
    return MessageDigest.isEqual(
        Base64.getDecoder().decode(derived), Base64.getDecoder().decode(parts[3]));
  }

  private static String derive(String password, String salt, int iterations) {
    PBEKeySpec spec =
        new PBEKeySpec(
            password.toCharArray(), Base64.getDecoder().decode(salt), iterations, HASH_BITS);
    try {
      return Base64.getEncoder()
          .withoutPadding()
          .encodeToString(
              SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                  .generateSecret(spec)
                  .getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("PBKDF2WithHmacSHA256 is missing in this JDK", e);
    } finally {
      spec.clearPassword();
    }
  }

  @Override
  public String toString() {
    return "PasswordHash[…]";
  }
}
