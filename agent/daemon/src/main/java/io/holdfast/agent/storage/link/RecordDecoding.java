package io.holdfast.agent.storage.link;

import io.holdfast.agent.protocol.RangeRecordsHead;
import io.holdfast.agent.storage.RecordMessage;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.chunk.ChunkDecoder;
import io.holdfast.pool.chunk.ZeroScan;
import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.store.StoredChunk;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Makes a disk's bytes of the records that came from another host, each compared with the digest
 * taken at backup before a byte of it is given out (RST-02). Thread-safe.
 */
final class RecordDecoding {
  private final String diskKey;
  private final long sizeBytes;
  private final int chunkBytes;
  private final Optional<PoolKeys> keys;
  private final String agent;
  private final Queue<Tools> free = new ConcurrentLinkedQueue<>();

  RecordDecoding(
      String diskKey, long sizeBytes, int chunkBytes, Optional<PoolKeys> keys, String agent) {
    this.diskKey = diskKey;
    this.sizeBytes = sizeBytes;
    this.chunkBytes = chunkBytes;
    this.keys = keys;
    this.agent = agent;
  }

  /** What one thread decodes with; buffers grow to what is asked for. */
  private static final class Tools {
    private final ChunkDecoder decoder;
    private ByteBuffer records = ByteBuffer.allocateDirect(0);
    private ByteBuffer chunk = ByteBuffer.allocateDirect(0);

    private Tools(ChunkDecoder decoder) {
      this.decoder = decoder;
    }

    ByteBuffer records(int length) {
      if (records.capacity() < length) {
        records = ByteBuffer.allocateDirect(length);
      }
      return records.clear().limit(length);
    }

    ByteBuffer chunk(int length) {
      if (chunk.capacity() < length) {
        chunk = ByteBuffer.allocateDirect(length);
      }
      return chunk.clear().limit(length);
    }
  }

  /**
   * Fills a range.
   *
   * @param into position 0, limit the range's length; contents are trusted only when this returns
   * @throws BackupException CHUNK_CORRUPT
   */
  void decode(RecordMessage<RangeRecordsHead> message, ByteRange range, ByteBuffer into) {
    Tools polled = free.poll();
    Tools tools = polled == null ? new Tools(new ChunkDecoder(keys)) : polled;
    try {
      ByteBuffer records = tools.records(message.recordBytes());
      message.takeRecords(records);
      int at = 0;
      int filled = 0;
      for (StoredChunk chunk : RemoteDisk.chunks(message.head())) {
        ByteRange whole = rangeOf(chunk);
        int from = (int) (Math.max(whole.offset(), range.offset()) - range.offset());
        int to = (int) (Math.min(whole.end(), range.end()) - range.offset());
        boolean sound =
            from >= filled && to >= from && chunk.recordBytes() <= message.recordBytes() - at;
        if (!sound) {
          throw corrupt(chunk, "the answer is not of the range that was asked for");
        }
        ZeroScan.fill(into, filled, from);
        decode(tools, records.slice(at, chunk.recordBytes()), chunk, whole);
        // A chunk that is wanted in part only was decoded apart.
        into.put(from, tools.chunk, (int) (range.offset() + from - whole.offset()), to - from);
        at += chunk.recordBytes();
        filled = to;
      }
      ZeroScan.fill(into, filled, into.limit());
    } finally {
      free.add(tools);
    }
  }

  private ByteRange rangeOf(StoredChunk chunk) {
    long offset = chunk.number() * chunkBytes;
    return new ByteRange(offset, Math.max(0, Math.min(chunkBytes, sizeBytes - offset)));
  }

  private void decode(Tools tools, ByteBuffer record, StoredChunk chunk, ByteRange whole) {
    ByteBuffer plain = tools.chunk((int) whole.length());
    Optional<String> damage = tools.decoder.decode(record, chunk.id(), plain);
    if (damage.isPresent()) {
      throw corrupt(chunk, damage.get());
    }
  }

  private BackupException corrupt(StoredChunk chunk, String what) {
    return BackupException.of(
        ErrorCode.CHUNK_CORRUPT,
        "pack",
        agent,
        "packOffset",
        "-",
        "disk",
        diskKey,
        "offset",
        chunk.number() * chunkBytes,
        "cause",
        what);
  }
}
