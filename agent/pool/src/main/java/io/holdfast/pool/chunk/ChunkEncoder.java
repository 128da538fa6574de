package io.holdfast.pool.chunk;

import io.holdfast.pool.format.Checksums;
import java.nio.ByteBuffer;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/**
 * Makes chunk records from plain bytes (OPT-01). One per stream, not thread-safe; owns one direct
 * buffer of about the chunk size and allocates nothing of that size afterwards.
 */
public final class ChunkEncoder {
  private final Codec codec;
  private final LZ4Compressor compressor;
  private final ByteBuffer record;

  public ChunkEncoder(Codec codec, int chunkBytes) {
    this.codec = codec;
    this.compressor = LZ4Factory.nativeInstance().fastCompressor();
    this.record =
        ByteBuffer.allocateDirect(
            ChunkRecord.HEADER_BYTES + compressor.maxCompressedLength(chunkBytes));
  }

  /**
   * Encodes the remaining bytes; their position stays.
   *
   * @return the record, valid until the next call
   */
  public ByteBuffer encode(ChunkId id, ByteBuffer plain) {
    int length = plain.remaining();
    record.clear();
    Codec used = codec;
    int stored = length;
    if (codec == Codec.LZ4) {
      stored =
          compressor.compress(
              plain,
              plain.position(),
              length,
              record,
              ChunkRecord.HEADER_BYTES,
              record.capacity() - ChunkRecord.HEADER_BYTES);
    }
    if (codec == Codec.NONE || stored >= length) {
      used = Codec.NONE;
      stored = length;
      record.put(ChunkRecord.HEADER_BYTES, plain, plain.position(), length);
    }
    int end = ChunkRecord.HEADER_BYTES + stored;
    int crc = Checksums.crc32c(record, ChunkRecord.HEADER_BYTES, end);
    new ChunkRecord(used.number(), 0, 0, length, stored, id, crc).write(record, 0);
    record.limit(end);
    return record;
  }
}
