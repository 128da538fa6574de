package io.holdfast.pool.map;

import java.nio.ByteBuffer;
import java.util.NoSuchElementException;

/** Walks a map's data chunks in disk order, a page of entries at a time. Not thread-safe. */
public final class DiskMapCursor {
  private static final int PAGE_ENTRIES = 512;

  private final DiskMapReader map;
  private final ByteBuffer page = ByteBuffer.allocate(PAGE_ENTRIES * MapFormat.ENTRY_BYTES);
  private long pageFirst;
  private long next;

  DiskMapCursor(DiskMapReader map) {
    this.map = map;
    page.limit(0);
  }

  /** Whether {@link #next} has one more. */
  public boolean hasNext() {
    return next < map.entryCount();
  }

  /** The chunk number of the next entry; {@link Long#MAX_VALUE} at the end. */
  public long peekChunk() {
    return hasNext() ? map.chunkOfEntry(next) : Long.MAX_VALUE;
  }

  /** The next data chunk. */
  public ChunkLocation next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the map has no more entries");
    }
    int at = (int) (next - pageFirst) * MapFormat.ENTRY_BYTES;
    if (at >= page.limit()) {
      long count = Math.min(PAGE_ENTRIES, map.entryCount() - next);
      page.clear().limit((int) count * MapFormat.ENTRY_BYTES);
      map.readEntries(next, page);
      pageFirst = next;
      at = 0;
    }
    ChunkLocation location = map.location(map.chunkOfEntry(next), page, at, next);
    next++;
    return location;
  }
}
