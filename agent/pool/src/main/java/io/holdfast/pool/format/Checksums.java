package io.holdfast.pool.format;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;

/** CRC32C and SHA-256 as the format uses them. */
public final class Checksums {
  /** Length of a SHA-256 digest. */
  public static final int SHA256_BYTES = 32;

  private Checksums() {}

  /** CRC32C of the bytes from {@code from} to {@code to}; the buffer's position stays. */
  public static int crc32c(ByteBuffer buffer, int from, int to) {
    CRC32C crc = new CRC32C();
    ByteBuffer part = buffer.duplicate();
    part.limit(to).position(from);
    crc.update(part);
    return (int) crc.getValue();
  }

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
