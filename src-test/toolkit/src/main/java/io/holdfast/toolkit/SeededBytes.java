package io.holdfast.toolkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An endless sequence of incompressible bytes, a pure function of seed and offset: any range can be
 * made or checked without keeping it. Immutable.
 */
public final class SeededBytes {
  private final long seed;

  public SeededBytes(Seed seed) {
    this.seed = seed.value();
  }

  /** Fills all remaining bytes of {@code into} with the sequence from {@code offset} on. */
  public void fill(long offset, ByteBuffer into) {
    into.order(ByteOrder.LITTLE_ENDIAN);
    long at = offset;
    while (into.hasRemaining()) {
      if ((at & 7) == 0 && into.remaining() >= Long.BYTES) {
        into.putLong(word(at >>> 3));
        at += Long.BYTES;
      } else {
        into.put((byte) (word(at >>> 3) >>> ((at & 7) * 8)));
        at++;
      }
    }
  }

  /** The sequence's bytes in [offset, offset + length). */
  public byte[] bytes(long offset, int length) {
    byte[] result = new byte[length];
    fill(offset, ByteBuffer.wrap(result));
    return result;
  }

  private long word(long index) {
    return mix(seed + index * 0x9E3779B97F4A7C15L);
  }

  /** Finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
