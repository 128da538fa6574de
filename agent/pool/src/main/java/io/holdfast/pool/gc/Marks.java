package io.holdfast.pool.gc;

import io.holdfast.error.BackupException;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.pack.PackEntry;
import io.holdfast.pool.pack.PackReader;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Which records of which packs are alive. Memory: one bit per record, about 60 bytes per pack, and
 * the offsets of the packs used last, 16 MiB. Not thread-safe.
 */
final class Marks {
  private static final int KEPT_OFFSETS = 1 << 22;
  private static final int[] UNREADABLE = {};

  private final PoolScope scope;
  private final long[] most;
  private final long[] least;
  private final long[] liveBytes;
  private final int[] liveChunks;
  private final long[][] bits;
  private final boolean[] leftAlone;

  /** Offsets of the packs used last, by number. */
  private final Map<Integer, int[]> offsets = new LinkedHashMap<>(16, 0.75f, true);

  private long keptOffsets;
  private int lastPack = -1;
  private int[] lastOffsets = UNREADABLE;
  private int lastSlot;

  Marks(PoolScope scope, Collection<UUID> packs) {
    this.scope = scope;
    List<UUID> sorted =
        packs.stream()
            .sorted(
                (a, b) -> {
                  int order = Long.compare(a.getMostSignificantBits(), b.getMostSignificantBits());
                  return order != 0
                      ? order
                      : Long.compare(a.getLeastSignificantBits(), b.getLeastSignificantBits());
                })
            .toList();
    most = sorted.stream().mapToLong(UUID::getMostSignificantBits).toArray();
    least = sorted.stream().mapToLong(UUID::getLeastSignificantBits).toArray();
    liveBytes = new long[most.length];
    liveChunks = new int[most.length];
    bits = new long[most.length][];
    leftAlone = new boolean[most.length];
  }

  int size() {
    return most.length;
  }

  UUID packId(int pack) {
    return new UUID(most[pack], least[pack]);
  }

  /** The number of a pack, or -1. */
  int indexOf(UUID packId) {
    int low = 0;
    int high = most.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compare(most[middle], packId.getMostSignificantBits());
      order = order != 0 ? order : Long.compare(least[middle], packId.getLeastSignificantBits());
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Nothing is to be done to a pack, whatever the maps say. */
  void leaveAlone(UUID packId) {
    int pack = indexOf(packId);
    if (pack >= 0) {
      leftAlone[pack] = true;
    }
  }

  boolean isLeftAlone(int pack) {
    return leftAlone[pack];
  }

  long liveBytes(int pack) {
    return liveBytes[pack];
  }

  int liveChunks(int pack) {
    return liveChunks[pack];
  }

  /** Whether a slot of the pack's directory is alive. */
  boolean isAlive(int pack, int slot) {
    return bits[pack] != null && (bits[pack][slot >> 6] & 1L << slot) != 0;
  }

  /**
   * A record is alive.
   *
   * @return its bytes when it was not known to be, otherwise 0
   */
  long mark(int pack, long offset, int storedLength) {
    int slot = slotOf(pack, (int) offset);
    if (slot < 0) {
      leftAlone[pack] = true;
      return 0;
    }
    long bit = 1L << slot;
    if ((bits[pack][slot >> 6] & bit) != 0) {
      return 0;
    }
    bits[pack][slot >> 6] |= bit;
    long bytes = ChunkRecord.HEADER_BYTES + (long) storedLength;
    liveBytes[pack] += bytes;
    liveChunks[pack]++;
    return bytes;
  }

  /** Chunks of a disk lie behind each other nearly always. */
  private int slotOf(int pack, int offset) {
    if (pack != lastPack) {
      lastOffsets = offsetsOf(pack);
      lastPack = pack;
      lastSlot = -1;
    }
    int next = lastSlot + 1;
    if (next < lastOffsets.length && lastOffsets[next] == offset) {
      lastSlot = next;
      return next;
    }
    int low = 0;
    int high = lastOffsets.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Integer.compareUnsigned(lastOffsets[middle], offset);
      if (order == 0) {
        lastSlot = middle;
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private int[] offsetsOf(int pack) {
    int[] known = offsets.get(pack);
    if (known != null) {
      return known;
    }
    int[] read = readOffsets(pack);
    if (bits[pack] == null) {
      bits[pack] = new long[(read.length + 63) >> 6];
    }
    offsets.put(pack, read);
    keptOffsets += read.length;
    Iterator<int[]> eldest = offsets.values().iterator();
    while (keptOffsets > KEPT_OFFSETS && offsets.size() > 1) {
      keptOffsets -= eldest.next().length;
      eldest.remove();
    }
    return read;
  }

  /** A pack whose directory cannot be read is left alone: every record counts as alive. */
  private int[] readOffsets(int pack) {
    try (PackReader reader = PackReader.open(scope, packId(pack))) {
      return reader.directory().stream()
          .mapToLong(PackEntry::offset)
          .mapToInt(o -> (int) o)
          .toArray();
    } catch (BackupException unreadable) {
      leftAlone[pack] = true;
      return UNREADABLE;
    }
  }
}
