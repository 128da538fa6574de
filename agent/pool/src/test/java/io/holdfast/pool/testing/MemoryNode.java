package io.holdfast.pool.testing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A file in memory: its bytes, and what of them is durable. */
final class MemoryNode {
  private static final int SECTOR = 512;

  private Bytes current = new Bytes();
  private Bytes durable = new Bytes();
  private final List<Change> unsynced = new ArrayList<>();

  /** A write of bytes at an offset, or a cut when there are none. */
  private record Change(int offset, byte[] bytes, boolean cut) {
    void apply(Bytes to) {
      if (cut) {
        to.truncate(offset);
      } else {
        to.write(offset, bytes, 0, bytes.length);
      }
    }
  }

  private static final class Bytes {
    private byte[] array = new byte[0];
    private int size;

    void write(int offset, byte[] bytes, int from, int length) {
      int end = offset + length;
      if (end > array.length) {
        array = Arrays.copyOf(array, Math.max(end, array.length * 2));
      }
      System.arraycopy(bytes, from, array, offset, length);
      size = Math.max(size, end);
    }

    void truncate(int length) {
      if (length < size) {
        Arrays.fill(array, length, size, (byte) 0);
        size = length;
      }
    }

    Bytes copy() {
      Bytes result = new Bytes();
      result.array = Arrays.copyOf(array, size);
      result.size = size;
      return result;
    }
  }

  int read(long offset, ByteBuffer into) {
    if (offset >= current.size) {
      return 0;
    }
    int length = (int) Math.min(into.remaining(), current.size - offset);
    into.put(current.array, (int) offset, length);
    return length;
  }

  void write(long offset, ByteBuffer from) {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    note(new Change((int) offset, bytes, false));
  }

  void truncate(long length) {
    note(new Change((int) length, new byte[0], true));
  }

  private void note(Change change) {
    change.apply(current);
    unsynced.add(change);
  }

  void sync() {
    unsynced.forEach(change -> change.apply(durable));
    unsynced.clear();
  }

  long size() {
    return current.size;
  }

  void flip(long bit) {
    current.array[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
  }

  MemoryNode copy() {
    MemoryNode result = new MemoryNode();
    result.current = current.copy();
    result.durable = current.copy();
    return result;
  }

  MemoryNode afterPowerLoss(Random random) {
    Bytes found = durable.copy();
    for (Change change : unsynced) {
      switch (random.nextInt(4)) {
        case 0 -> {
          // lost
        }
        case 1 -> tear(change, found, random);
        default -> change.apply(found);
      }
    }
    MemoryNode result = new MemoryNode();
    result.current = found;
    result.durable = found.copy();
    return result;
  }

  private static void tear(Change change, Bytes found, Random random) {
    for (int at = 0; at < change.bytes.length; at += SECTOR) {
      if (random.nextBoolean()) {
        int length = Math.min(SECTOR, change.bytes.length - at);
        found.write(change.offset + at, change.bytes, at, length);
      }
    }
  }
}
