package io.holdfast.pool.store;

import io.holdfast.model.ByteRange;
import io.holdfast.pool.chunk.ZeroScan;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.map.DiskMapReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** A disk of a restore point, read through its map. */
final class FolderDiskReader implements DiskReader, AutoCloseable {
  private final String diskKey;
  private final DiskMapReader map;
  private final ChunkReader chunks;

  FolderDiskReader(String diskKey, DiskMapReader map, ChunkReader chunks) {
    this.diskKey = diskKey;
    this.map = map;
    this.chunks = chunks;
  }

  DiskMapReader map() {
    return map;
  }

  ChunkReader chunkReader() {
    return chunks;
  }

  @Override
  public String diskKey() {
    return diskKey;
  }

  @Override
  public long sizeBytes() {
    return map.diskSizeBytes();
  }

  @Override
  public long dataBytes() {
    return map.dataBytes();
  }

  @Override
  public Iterable<ByteRange> dataSpans(long maxBytes) {
    return () -> new SpanIterator(map, maxBytes);
  }

  @Override
  public Iterable<ByteRange> dataSpansInPackOrder(long maxBytes) {
    return PackOrder.of(map, maxBytes);
  }

  @Override
  public long read(long offset, ByteBuffer into) {
    requireWithin(offset, into.remaining());
    long packBytes = 0;
    long at = offset;
    while (into.hasRemaining()) {
      long chunk = at / map.chunkBytes();
      int inChunk = (int) (at % map.chunkBytes());
      int length = Math.min(into.remaining(), chunkLength(chunk) - inChunk);
      ByteBuffer part = into.duplicate().limit(into.position() + length);
      packBytes += readPart(chunk, inChunk, part);
      into.position(into.position() + length);
      at += length;
    }
    return packBytes;
  }

  @Override
  public List<StoredChunk> readRecords(ByteRange range, ByteBuffer into) {
    List<StoredChunk> result = new ArrayList<>();
    long end = Math.min(range.end(), sizeBytes());
    long chunk = map.nextDataChunk(range.offset() / map.chunkBytes());
    while (chunk >= 0 && chunk * map.chunkBytes() < end) {
      Optional<ChunkLocation> location = map.find(chunk);
      if (location.isPresent()) {
        int length = chunks.readRecord(diskKey, location.get(), into);
        result.add(new StoredChunk(chunk, location.get().id(), length));
      }
      chunk = map.nextDataChunk(chunk + 1);
    }
    return result;
  }

  private long readPart(long chunk, int inChunk, ByteBuffer part) {
    Optional<ChunkLocation> location = map.find(chunk);
    if (location.isEmpty()) {
      ZeroScan.fill(part, part.position(), part.limit());
      return 0;
    }
    if (part.remaining() == location.get().plainLength()) {
      return chunks.read(diskKey, location.get(), part);
    }
    ByteBuffer whole = chunks.chunkBuffers().take();
    try {
      whole.limit(location.get().plainLength());
      long packBytes = chunks.read(diskKey, location.get(), whole);
      part.put(whole.slice(inChunk, part.remaining()));
      return packBytes;
    } finally {
      chunks.chunkBuffers().give(whole);
    }
  }

  private int chunkLength(long chunk) {
    return (int) Math.min(map.chunkBytes(), sizeBytes() - chunk * map.chunkBytes());
  }

  @Override
  public void close() {
    map.close();
  }

  /** Data spans in disk order. */
  static final class SpanIterator implements Iterator<ByteRange> {
    private final DiskMapReader map;
    private final long maxChunks;
    private long next;

    SpanIterator(DiskMapReader map, long maxBytes) {
      this.map = map;
      this.maxChunks = Math.max(1, maxBytes / map.chunkBytes());
      this.next = map.nextDataChunk(0);
    }

    @Override
    public boolean hasNext() {
      return next >= 0;
    }

    @Override
    public ByteRange next() {
      if (next < 0) {
        throw new java.util.NoSuchElementException("no more data");
      }
      long end = Math.min(map.endOfData(next), next + maxChunks);
      long from = next * map.chunkBytes();
      long to = Math.min(end * map.chunkBytes(), map.diskSizeBytes());
      next = map.nextDataChunk(end);
      return new ByteRange(from, to - from);
    }
  }
}
