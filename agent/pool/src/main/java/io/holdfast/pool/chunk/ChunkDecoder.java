package io.holdfast.pool.chunk;

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
      return Optional.of("the record holds " + header.plainLength() + " plain bytes");
    }
    Optional<ByteBuffer> stored = stored(record, header);
    if (stored.isEmpty()) {
      return Optional.of("the stored bytes do not belong to the pool's key");
    }
    if (!decompressor.decompress(header.codec(), stored.get(), plain)) {
      return Optional.of("the stored bytes do not decompress");
    }
    if (!hasher.id(plain).equals(expected)) {
      return Optional.of("the plain bytes do not have the chunk's digest");
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
      return Optional.of("no valid chunk record header");
    }
    ChunkRecord header = ChunkRecord.read(record, 0);
    if (!header.id().equals(expected)) {
      return Optional.of("the record is of chunk " + header.id());
    }
    if (header.recordBytes() != record.limit()) {
      return Optional.of("the record has " + header.storedLength() + " stored bytes");
    }
    if (Checksums.crc32c(record, ChunkRecord.HEADER_BYTES, record.limit()) != header.storedCrc()) {
      return Optional.of("wrong checksum of the stored bytes");
    }
    boolean bare = header.flags() == 0 && header.keyNumber() == 0;
    if (!bare && (header.flags() != ChunkRecord.SEALED || header.keyNumber() == 0)) {
      return Optional.of("unknown flags or key number");
    }
    if (header.codec() > Codec.ZSTD.number()) {
      return Optional.of("unknown codec " + header.codec());
    }
    if (header.codec() == Codec.NONE.number() && header.plainLength() != header.storedLength()) {
      return Optional.of("plain and stored length differ");
    }
    return Optional.empty();
  }
}
