package io.holdfast.server.security;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.state.StateFolder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * RES-07: secrets as they lie in the database: AES-256-GCM under {@code secret.key} of the state
 * folder (0600, made at first use), bound to the record they belong to, so that a sealed secret
 * copied to another record does not open. Thread-safe.
 */
@ApplicationScoped
public class SecretVault {
  static final String KEY_FILE = "secret.key";
  private static final String SCHEME = "v1.";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  @Inject StateFolder state;
  private SecretKey key;

  /** For CDI. */
  public SecretVault() {}

  SecretVault(StateFolder state) {
    this.state = state;
  }

  /**
   * Seals a secret.
   *
   * @param owner id of the record it belongs to
   */
  public String seal(String owner, String secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key(), new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
      byte[] sealed = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
      Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
      return SCHEME + base64.encodeToString(nonce) + "." + base64.encodeToString(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is missing in this JDK", e);
    }
  }

  /**
   * Opens what {@link #seal} made for the same owner ({@code ownerName} is for messages).
   * SECRET_UNREADABLE when the key file was replaced or the text is damaged; the way out is to
   * enter the secret again.
   */
  public String open(String owner, String ownerName, String sealed) {
    try {
      String[] parts = sealed.split("\\.", -1);
      if (parts.length != 3 || !SCHEME.startsWith(parts[0])) {
        throw unreadable(ownerName, null);
      }
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          key(),
          new GCMParameterSpec(TAG_BITS, Base64.getUrlDecoder().decode(parts[1])));
      cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
      return new String(
          cipher.doFinal(Base64.getUrlDecoder().decode(parts[2])), StandardCharsets.UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw unreadable(ownerName, e);
    }
  }

  private BackupException unreadable(String ownerName, Exception cause) {
    return BackupException.causedBy(
        cause, ErrorCode.SECRET_UNREADABLE, "name", ownerName, "file", state.path(KEY_FILE));
  }

  private synchronized SecretKey key() {
    if (key == null) {
      String encoded =
          state
              .read(KEY_FILE)
              .orElseGet(
                  () -> {
                    byte[] fresh = new byte[KEY_BYTES];
                    RANDOM.nextBytes(fresh);
                    String text = Base64.getEncoder().encodeToString(fresh);
                    state.write(KEY_FILE, text + "\n");
                    return text;
                  });
      key = new SecretKeySpec(Base64.getDecoder().decode(encoded.strip()), "AES");
    }
    return key;
  }
}
