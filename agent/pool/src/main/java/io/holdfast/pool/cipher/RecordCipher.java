package io.holdfast.pool.cipher;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts and decrypts the stored bytes of chunk records: AES-256-GCM, a key of its own for each
 * chunk id, a random nonce for each record. Not thread-safe.
 */
public final class RecordCipher {
  public static final int NONCE_BYTES = 12;
  public static final int TAG_BYTES = 16;

  private final PoolKeys.RecordKeys keys;
  private final SecureRandom random;
  private final Cipher cipher;

  public RecordCipher(PoolKeys keys) {
    this.keys = keys.recordKeys();
    this.random = new SecureRandom();
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has AES/GCM", impossible);
    }
  }

  /**
   * Encrypts the remaining bytes of {@code plain}.
   *
   * @param additional bytes that the tag covers as well
   * @param into takes as many bytes and then the tag; its position moves behind it
   * @return the nonce
   */
  public byte[] encrypt(byte[] chunkId, ByteBuffer additional, ByteBuffer plain, ByteBuffer into) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      cipher.init(Cipher.ENCRYPT_MODE, keys.of(chunkId), parameters(nonce));
      cipher.updateAAD(additional);
      cipher.doFinal(plain, into);
      return nonce;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM refuses to encrypt", impossible);
    }
  }

  /**
   * Decrypts.
   *
   * @param sealed encrypted bytes and tag, remaining
   * @param into takes the plain bytes at its position
   * @return whether the tag is right; if not, nothing in {@code into} may be used
   */
  public boolean decrypt(
      byte[] chunkId, byte[] nonce, ByteBuffer additional, ByteBuffer sealed, ByteBuffer into) {
    try {
      cipher.init(Cipher.DECRYPT_MODE, keys.of(chunkId), parameters(nonce));
      cipher.updateAAD(additional);
      cipher.doFinal(sealed, into);
      return true;
    } catch (AEADBadTagException wrong) {
      return false;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-GCM refuses to decrypt", impossible);
    }
  }

  private static GCMParameterSpec parameters(byte[] nonce) {
    return new GCMParameterSpec(8 * TAG_BYTES, nonce);
  }
}
