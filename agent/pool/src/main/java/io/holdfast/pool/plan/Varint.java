package io.holdfast.pool.plan;

import java.nio.ByteBuffer;

/** Base 128 integers, least significant group first. */
final class Varint {
  /** Longest encoding of a long. */
  static final int MAX_BYTES = 10;

  private Varint() {}

  static void put(ByteBuffer into, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      into.put((byte) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    into.put((byte) rest);
  }

  static long get(ByteBuffer from) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte group = from.get();
      value |= (long) (group & 0x7F) << shift;
      if (group >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("a varint of more than ten bytes");
  }
}
