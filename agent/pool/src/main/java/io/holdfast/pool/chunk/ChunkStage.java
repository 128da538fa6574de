package io.holdfast.pool.chunk;

import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.format.Checksums;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Turns plain bytes into chunk ids and chunk records (OPT-01, OPT-17): the part of a backup that
 * costs processor time. Needs no pool, so it works where the bytes are read. One per thread, not
 * thread-safe; allocates nothing of a chunk's size after it was made.
 */
public final class ChunkStage implements AutoCloseable {
  private final ChunkHasher hasher;
  private final ChunkCompressor compressor;
  private final Optional<RecordSealing> sealing;
  private final int chunkBytes;

  /**
   * @param chunkBytes no chunk is longer
   */
  public ChunkStage(Compression compression, int chunkBytes) {
    this(compression, chunkBytes, Optional.empty());
  }

  /**
   * @param chunkBytes no chunk is longer
   * @param keys of an encrypted pool
   */
  public ChunkStage(Compression compression, int chunkBytes, Optional<PoolKeys> keys) {
    this.hasher = new ChunkHasher(keys);
    this.compressor = new ChunkCompressor(compression, chunkBytes);
    this.sealing = keys.map(key -> new RecordSealing(key, compressor.maxStoredBytes(chunkBytes)));
    this.chunkBytes = chunkBytes;
  }

  /** The id of the remaining bytes; the position stays. */
  public ChunkId identify(ByteBuffer plain) {
    return hasher.id(plain);
  }

  /**
   * What {@link #encode} needs behind a buffer's position, whatever the chunk; a record takes at
   * most {@link ChunkRecord#HEADER_BYTES} more than its chunk of it.
   */
  public int roomBytes() {
    return ChunkRecord.HEADER_BYTES
        + compressor.maxStoredBytes(chunkBytes)
        + RecordSealing.ROOM_BYTES;
  }

  /**
   * Appends the record of a chunk.
   *
   * @param plain the chunk, direct or heap; its position stays
   * @param into a direct buffer with {@link #roomBytes} remaining; its position moves behind the
   *     record
   * @return length of the record
   */
  public int encode(ChunkId id, ByteBuffer plain, ByteBuffer into) {
    return sealing.isPresent()
        ? encodeSealed(id, plain, into, sealing.get())
        : encodePlainly(id, plain, into);
  }

  private int encodePlainly(ChunkId id, ByteBuffer plain, ByteBuffer into) {
    int at = into.position();
    int body = at + ChunkRecord.HEADER_BYTES;
    int length = plain.remaining();
    int stored = compressor.compress(plain, into, body);
    Codec used = stored < length ? compressor.codec() : Codec.NONE;
    if (used == Codec.NONE) {
      stored = length;
      into.put(body, plain, plain.position(), length);
    }
    int crc = Checksums.crc32c(into, body, body + stored);
    new ChunkRecord(used.number(), 0, 0, length, stored, id, crc).write(into, at);
    into.position(body + stored);
    return ChunkRecord.HEADER_BYTES + stored;
  }

  private int encodeSealed(ChunkId id, ByteBuffer plain, ByteBuffer into, RecordSealing seal) {
    int length = plain.remaining();
    ByteBuffer scratch = seal.scratch();
    int shrunk = compressor.compress(plain, scratch, 0);
    boolean smaller = shrunk < length;
    Codec used = smaller ? compressor.codec() : Codec.NONE;
    ByteBuffer open = smaller ? scratch.limit(shrunk) : plain.duplicate();
    return seal.seal(id, used, length, open, into);
  }

  @Override
  public void close() {
    compressor.close();
  }
}
