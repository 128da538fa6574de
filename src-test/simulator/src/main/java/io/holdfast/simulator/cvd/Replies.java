package io.holdfast.simulator.cvd;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Walks over the replies of an NBD server as they pass by, and flips one byte in the data of those
 * that are ordered to be wrong. One thread passes, another orders. SIM-07.
 */
final class Replies {
  private static final int SIMPLE_MAGIC = 0x67446698;
  private static final int SIMPLE_BYTES = 16;
  private static final int CHUNK_BYTES = 20;
  private static final int OFFSET_BYTES = 8;
  private static final int DATA = 1;

  private final Set<Long> spoiled = ConcurrentHashMap.newKeySet();
  private final byte[] head = new byte[CHUNK_BYTES];
  private volatile boolean transmitting;
  private int headBytes;
  private long bodyLeft;
  private long flipIn = -1;

  /** The first request was seen: from the next byte on there are replies only. */
  void begin() {
    transmitting = true;
  }

  /** The data of the reply to this request shall be wrong. */
  void spoil(long cookie) {
    spoiled.add(cookie);
  }

  /** Looks at, and changes, what is about to be sent on; the buffer's position stays. */
  void pass(ByteBuffer bytes) {
    if (!transmitting) {
      return;
    }
    int at = bytes.position();
    while (at < bytes.limit()) {
      if (bodyLeft > 0) {
        int step = (int) Math.min(bodyLeft, bytes.limit() - at);
        if (flipIn >= 0 && flipIn < step) {
          int place = at + (int) flipIn;
          bytes.put(place, (byte) ~bytes.get(place));
        }
        flipIn -= flipIn >= 0 ? Math.min(step, flipIn + 1) : 0;
        bodyLeft -= step;
        at += step;
      } else {
        head[headBytes++] = bytes.get(at++);
        headSeen();
      }
    }
  }

  private void headSeen() {
    if (headBytes < SIMPLE_BYTES) {
      return;
    }
    ByteBuffer fields = ByteBuffer.wrap(head);
    if (fields.getInt(0) == SIMPLE_MAGIC) {
      headBytes = 0;
    } else if (headBytes == CHUNK_BYTES) {
      headBytes = 0;
      bodyLeft = fields.getInt(16) & 0xffffffffL;
      boolean wrong = fields.getShort(6) == DATA && spoiled.remove(fields.getLong(8));
      flipIn = wrong ? OFFSET_BYTES + (bodyLeft - OFFSET_BYTES) / 2 : -1;
    }
  }
}
