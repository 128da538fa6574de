package io.holdfast.pool.chunk;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A chunk's name: SHA-256 of its plain bytes (in an encrypted pool their HMAC-SHA-256), 32 bytes.
 * Immutable.
 */
public record ChunkId(long a, long b, long c, long d) {
  /** Length of an id. */
  public static final int BYTES = 32;

  /** The id at an offset of a buffer; the position stays. */
  public static ChunkId read(ByteBuffer from, int at) {
    return new ChunkId(
        from.getLong(at), from.getLong(at + 8), from.getLong(at + 16), from.getLong(at + 24));
  }

  /** Appends the 32 bytes. */
  public void write(ByteBuffer into) {
    into.putLong(a).putLong(b).putLong(c).putLong(d);
  }

  /** The 32 bytes. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(a).putLong(b).putLong(c).putLong(d).array();
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(a) + hex.toHexDigits(b) + hex.toHexDigits(c) + hex.toHexDigits(d);
  }
}
