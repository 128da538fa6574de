package io.holdfast.pool.chunk;

import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.format.Checksums;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Gives back the plain bytes of chunk records. Not thread-safe. */
public final class ChunkDecoder {
  private final ChunkDecompressor decompressor = new ChunkDecompressor();
  private final ChunkHasher hasher;
  private final Optional<RecordOpening> opening;

  /** For a pool that is not encrypted. */
  public ChunkDecoder() {
    this(Optional.empty());
  }

  /**
   * @param keys of an encrypted pool
   */
  public ChunkDecoder(Optional<PoolKeys> keys) {
    this.hasher = new ChunkHasher(keys);
    this.opening = keys.map(RecordOpening::new);
  }

  /**
   * Decodes a record (header and stored bytes, from 0 to the limit) and compares with the id that
   * the caller knows (RST-02).
   *
   * @param plain takes the chunk at its position, which stays; the caller trusts its bytes only
   *     when nothing is wrong
   * @return what is wrong, empty when nothing is
   */
  public Optional<String> decode(ByteBuffer record, ChunkId expected, ByteBuffer plain) {
    Optional<String> damaged = check(record, expected);
    if (damaged.isPresent()) {
      return damaged;
    }
    ChunkRecord header = ChunkRecord.read(record, 0);
    if (header.plainLength() != plain.remaining()) {
      return Optional.of(Reason.of(ReasonCode.PLAIN_LENGTH, "length", header.plainLength()));
    }
    Optional<ByteBuffer> stored = stored(record, header);
    if (stored.isEmpty()) {
      return Optional.of(Reason.of(ReasonCode.NOT_OF_POOL_KEY));
    }
    if (!decompressor.decompress(header.codec(), stored.get(), plain)) {
      return Optional.of(Reason.of(ReasonCode.NOT_DECOMPRESSED));
    }
    if (!hasher.id(plain).equals(expected)) {
      return Optional.of(Reason.of(ReasonCode.DIGEST_DIFFERS));
    }
    return Optional.empty();
  }

  /** The compressed bytes; empty when they cannot be decrypted. */
  private Optional<ByteBuffer> stored(ByteBuffer record, ChunkRecord header) {
    boolean sealed = header.flags() == ChunkRecord.SEALED;
    if (sealed != opening.isPresent()) {
      return Optional.empty();
    }
    return sealed
        ? opening.get().open(record, header)
        : Optional.of(record.duplicate().position(ChunkRecord.HEADER_BYTES));
  }

  /** Checks everything about a record that needs neither decoding nor a key. */
  public static Optional<String> check(ByteBuffer record, ChunkId expected) {
    if (!ChunkRecord.isValid(record, 0)) {
      return Optional.of(Reason.of(ReasonCode.RECORD_HEADER_INVALID));
    }
    ChunkRecord header = ChunkRecord.read(record, 0);
    if (!header.id().equals(expected)) {
      return Optional.of(Reason.of(ReasonCode.RECORD_OF_OTHER_CHUNK, "id", header.id()));
    }
    if (header.recordBytes() != record.limit()) {
      return Optional.of(Reason.of(ReasonCode.STORED_LENGTH, "length", header.storedLength()));
    }
    if (Checksums.crc32c(record, ChunkRecord.HEADER_BYTES, record.limit()) != header.storedCrc()) {
      return Optional.of(Reason.of(ReasonCode.STORED_CHECKSUM_WRONG));
    }
    boolean bare = header.flags() == 0 && header.keyNumber() == 0;
    if (!bare && (header.flags() != ChunkRecord.SEALED || header.keyNumber() == 0)) {
      return Optional.of(Reason.of(ReasonCode.FLAGS_UNKNOWN));
    }
    if (header.codec() > Codec.ZSTD.number()) {
      return Optional.of(Reason.of(ReasonCode.CODEC_UNKNOWN, "value", header.codec()));
    }
    if (header.codec() == Codec.NONE.number() && header.plainLength() != header.storedLength()) {
      return Optional.of(Reason.of(ReasonCode.LENGTHS_DIFFER));
    }
    return Optional.empty();
  }
}
