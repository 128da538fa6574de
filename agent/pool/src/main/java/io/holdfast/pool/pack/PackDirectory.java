package io.holdfast.pool.pack;

import io.holdfast.pool.chunk.ChunkId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a pack holds, by chunk id: about 50 bytes an entry. Immutable. Of a chunk that is in the
 * pack twice the first record counts.
 */
public final class PackDirectory {
  private static final int ID_LONGS = 4;

  private final UUID packId;
  private final long[] ids;
  private final int[] offsets;
  private final int[] storedLengths;

  /** Open addressing: entry number + 1, or 0. */
  private final int[] slots;

  public PackDirectory(UUID packId, List<PackEntry> entries) {
    this.packId = packId;
    this.ids = new long[entries.size() * ID_LONGS];
    this.offsets = new int[entries.size()];
    this.storedLengths = new int[entries.size()];
    this.slots = new int[Integer.highestOneBit(Math.max(1, entries.size())) * 4];
    for (int i = 0; i < entries.size(); i++) {
      add(i, entries.get(i));
    }
  }

  /** One that holds nothing: of a pack that is not there or cannot be read. */
  public static PackDirectory empty(UUID packId) {
    return new PackDirectory(packId, List.of());
  }

  private void add(int number, PackEntry entry) {
    ChunkId id = entry.record().id();
    ids[ID_LONGS * number] = id.a();
    ids[ID_LONGS * number + 1] = id.b();
    ids[ID_LONGS * number + 2] = id.c();
    ids[ID_LONGS * number + 3] = id.d();
    offsets[number] = (int) entry.offset();
    storedLengths[number] = entry.record().storedLength();
    int slot = slotOf(id);
    if (slots[slot] == 0) {
      slots[slot] = number + 1;
    }
  }

  /** Where the id is, or the free slot where it would be. */
  private int slotOf(ChunkId id) {
    int mask = slots.length - 1;
    int slot = (int) id.a() & mask;
    while (slots[slot] != 0 && !isOf(slots[slot] - 1, id)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private boolean isOf(int number, ChunkId id) {
    int at = ID_LONGS * number;
    return ids[at] == id.a()
        && ids[at + 1] == id.b()
        && ids[at + 2] == id.c()
        && ids[at + 3] == id.d();
  }

  public UUID packId() {
    return packId;
  }

  /** Number of records. */
  public int size() {
    return offsets.length;
  }

  /** Where a chunk is in the pack. */
  public Optional<PackPlace> find(ChunkId id) {
    int entry = slots[slotOf(id)] - 1;
    return entry < 0 ? Optional.empty() : Optional.of(place(entry));
  }

  private PackPlace place(int entry) {
    return new PackPlace(packId, Integer.toUnsignedLong(offsets[entry]), storedLengths[entry]);
  }

  /** Whether a record of the chunk is at just this place. */
  public boolean holds(ChunkId id, PackPlace place) {
    int entry = Arrays.binarySearch(offsets, (int) place.offset());
    return place.packId().equals(packId)
        && entry >= 0
        && isOf(entry, id)
        && storedLengths[entry] == place.storedLength();
  }
}
