package io.holdfast.pool.chunk;

import java.nio.ByteBuffer;

/** Finds zeros, at memory speed. Thread-safe. */
public final class ZeroScan {
  private static final int STEP = 1 << 16;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(STEP).asReadOnlyBuffer();

  private ZeroScan() {}

  /** Whether all remaining bytes are zero; the position stays. */
  public static boolean isZero(ByteBuffer buffer) {
    return isZero(buffer, buffer.position(), buffer.limit());
  }

  /** Whether the bytes {@code [from, to)} are zero; the position stays. */
  public static boolean isZero(ByteBuffer buffer, int from, int to) {
    if (from < to && (buffer.get(from) != 0 || buffer.get(to - 1) != 0)) {
      return false;
    }
    ByteBuffer view = buffer.duplicate();
    for (int at = from; at < to; at += STEP) {
      int end = Math.min(to, at + STEP);
      view.limit(end).position(at);
      if (view.mismatch(ZEROS.slice(0, end - at)) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Makes the bytes {@code [from, to)} zero; position and limit stay. */
  public static void fill(ByteBuffer buffer, int from, int to) {
    ByteBuffer view = buffer.duplicate();
    for (int at = from; at < to; at += STEP) {
      int end = Math.min(to, at + STEP);
      view.limit(end).position(at);
      view.put(ZEROS.slice(0, end - at));
    }
  }
}
