package io.holdfast.pool.cipher;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The two keys of an encrypted pool, unwrapped: they are in memory for as long as the pool is open
 * and wiped when it is closed. Thread-safe.
 */
public final class PoolKeys implements AutoCloseable {
  /** Length of each of the two keys. */
  public static final int KEY_BYTES = 32;

  /** Length of {@link #material}. */
  public static final int MATERIAL_BYTES = 2 * KEY_BYTES;

  private static final byte[] RECORD_KEY_LABEL =
      "holdfast chunk 1".getBytes(StandardCharsets.US_ASCII);

  private final int keyNumber;
  private final byte[] material;
  private boolean closed;

  /**
   * @param keyNumber stands in every record
   * @param material data key and id key; taken over, not copied
   */
  public PoolKeys(int keyNumber, byte[] material) {
    if (material.length != MATERIAL_BYTES) {
      throw new IllegalArgumentException("keys of " + material.length + " bytes");
    }
    this.keyNumber = keyNumber;
    this.material = material;
  }

  /** New random keys. */
  public static PoolKeys random(int keyNumber, SecureRandom random) {
    byte[] material = new byte[MATERIAL_BYTES];
    random.nextBytes(material);
    return new PoolKeys(keyNumber, material);
  }

  /** Stands in every record. */
  public int keyNumber() {
    return keyNumber;
  }

  /** A copy of both keys, to be wrapped and then wiped by the caller. */
  public synchronized byte[] material() {
    requireOpen();
    return material.clone();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the pool's keys are wiped");
    }
  }

  /** Makes chunk ids: HMAC-SHA-256 with the id key. */
  public synchronized Mac idMac() {
    requireOpen();
    return hmac(Arrays.copyOfRange(material, KEY_BYTES, MATERIAL_BYTES));
  }

  /** Makes record keys of chunk ids. */
  synchronized RecordKeys recordKeys() {
    requireOpen();
    return new RecordKeys(hmac(Arrays.copyOf(material, KEY_BYTES)));
  }

  /** An HMAC-SHA-256; the key is wiped. */
  private static Mac hmac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** A key of its own for each chunk id. Not thread-safe. */
  static final class RecordKeys {
    private final Mac mac;

    private RecordKeys(Mac mac) {
      this.mac = mac;
    }

    SecretKeySpec of(byte[] chunkId) {
      mac.update(RECORD_KEY_LABEL);
      byte[] key = mac.doFinal(chunkId);
      try {
        return new SecretKeySpec(key, "AES");
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    }
  }

  /** Wipes the keys. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(material, (byte) 0);
  }

  @Override
  public String toString() {
    return "PoolKeys[number " + keyNumber + "]";
  }
}
