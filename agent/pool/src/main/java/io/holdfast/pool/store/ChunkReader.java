package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.CorruptionException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.chunk.BufferPool;
import io.holdfast.pool.chunk.ChunkDecoder;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.pack.MovedPacks;
import io.holdfast.pool.pack.PackCache;
import io.holdfast.pool.pack.PackPlace;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads chunks from packs, always checked by digest (RST-02). Thread-safe. */
final class ChunkReader {
  private static final Logger LOG = LoggerFactory.getLogger(ChunkReader.class);
  private final PoolScope scope;
  private final PackCache packs;
  private final MovedPacks moved;
  private final OtherPlaces otherPlaces;
  private final BufferPool records;
  private final BufferPool chunks;
  private final Queue<ChunkDecoder> decoders = new ConcurrentLinkedQueue<>();

  ChunkReader(PoolScope scope, PackCache packs, MovedPacks moved, OtherPlaces otherPlaces) {
    this.scope = scope;
    this.moved = moved;
    this.otherPlaces = otherPlaces;
    this.packs = packs;
    this.records = new BufferPool(ChunkRecord.HEADER_BYTES + scope.chunkBytes());
    this.chunks = new BufferPool(scope.chunkBytes());
  }

  /** Buffers of a chunk's size for callers that need part of a chunk. */
  BufferPool chunkBuffers() {
    return chunks;
  }

  /**
   * Reads a chunk to the buffer's position, which stays; {@code remaining()} is the chunk's length.
   * One whose pack was compacted is read where it went; one that is damaged or gone, where a later
   * backup stored it again, if one has.
   *
   * @param diskKey for the error
   * @return bytes read from the pack
   */
  long read(String diskKey, ChunkLocation location, ByteBuffer plain) {
    return readSound(diskKey, location, (record, from) -> decode(record, from, plain));
  }

  /**
   * Reads a chunk's record as it is stored, checked by its checksum.
   *
   * @param into takes it; the position moves behind it
   * @return its length
   */
  int readRecord(String diskKey, ChunkLocation location, ByteBuffer into) {
    return Math.toIntExact(
        readSound(
            diskKey,
            location,
            (record, from) -> {
              Optional<String> damage = ChunkDecoder.check(record, from.id());
              if (damage.isEmpty()) {
                into.put(record.duplicate());
              }
              return damage;
            }));
  }

  /** What is done with a record that was read; says what is wrong with it. */
  private interface RecordUse {
    Optional<String> use(ByteBuffer record, ChunkLocation from);
  }

  private long readSound(String diskKey, ChunkLocation location, RecordUse use) {
    try {
      return readPresent(diskKey, location, use);
    } catch (CorruptionException damaged) {
      Optional<PackPlace> other = otherPlaces.of(location.id(), location.place());
      if (other.isEmpty()) {
        throw damaged;
      }
      LOG.warn("A chunk is read from another place: {}", damaged.getMessage());
      return readAt(diskKey, location.at(other.get()), use);
    }
  }

  /** A pack that was compacted may go between being looked for and being opened. */
  private long readPresent(String diskKey, ChunkLocation location, RecordUse use) {
    try {
      return readAt(diskKey, present(location), use);
    } catch (BackupException failed) {
      if (failed.code() != ErrorCode.POOL_READ_FAILED
          || scope.files().exists(scope.tree().pack(location.packId()))) {
        throw failed;
      }
      return readAt(diskKey, present(location), use);
    }
  }

  /** Where the chunk is now. */
  private ChunkLocation present(ChunkLocation location) {
    UUID packId = location.packId();
    return scope.files().exists(scope.tree().pack(packId))
        ? location
        : moved.find(packId, location.id()).map(location::at).orElse(location);
  }

  private long readAt(String diskKey, ChunkLocation location, RecordUse use) {
    Path path = scope.tree().pack(location.packId());
    if (!scope.files().exists(path)) {
      throw problem(
          ErrorCode.CHUNK_MISSING, diskKey, location, Reason.of(ReasonCode.PACK_GONE), null);
    }
    if (location.storedLength() > scope.chunkBytes()) {
      throw problem(
          ErrorCode.CHUNK_CORRUPT,
          diskKey,
          location,
          Reason.of(ReasonCode.LONGER_THAN_CHUNK),
          null);
    }
    ByteBuffer record = records.take();
    try (PackCache.Lent lent = packs.borrow(location.packId())) {
      record.limit(location.recordBytes());
      if (lent.pack().read(location.offset(), record) < location.recordBytes()) {
        throw problem(
            ErrorCode.CHUNK_CORRUPT,
            diskKey,
            location,
            Reason.of(ReasonCode.PACK_ENDS_BEFORE),
            null);
      }
      Optional<String> damage = use.use(record.flip(), location);
      if (damage.isPresent()) {
        throw problem(ErrorCode.CHUNK_CORRUPT, diskKey, location, damage.get(), null);
      }
      return location.recordBytes();
    } catch (CorruptionException corrupt) {
      if (corrupt.code() == ErrorCode.CHUNK_CORRUPT) {
        throw corrupt;
      }
      throw problem(
          ErrorCode.CHUNK_CORRUPT,
          diskKey,
          location,
          Reason.of(ReasonCode.PACK_HEADER_DAMAGED),
          corrupt);
    } finally {
      records.give(record);
    }
  }

  private Optional<String> decode(ByteBuffer record, ChunkLocation location, ByteBuffer plain) {
    ChunkDecoder polled = decoders.poll();
    ChunkDecoder decoder = polled == null ? new ChunkDecoder(scope.requireKeys()) : polled;
    try {
      return decoder.decode(record, location.id(), plain);
    } finally {
      decoders.add(decoder);
    }
  }

  private BackupException problem(
      ErrorCode code, String diskKey, ChunkLocation location, String what, Throwable cause) {
    return BackupException.of(
        code,
        BackupException.parameters(
            "pack",
            scope.tree().pack(location.packId()),
            "packOffset",
            location.offset(),
            "disk",
            diskKey,
            "offset",
            location.chunk() * scope.chunkBytes(),
            "cause",
            what),
        cause);
  }
}
