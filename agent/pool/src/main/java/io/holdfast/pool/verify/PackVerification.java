package io.holdfast.pool.verify;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.chunk.ChunkDecoder;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.pack.PackEntry;
import io.holdfast.pool.pack.PackReader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Checks every byte of a pack: header, each record down to the digest of its plain bytes, directory
 * and footer. Where the directory is damaged the records are walked. Not thread-safe; keeps two
 * buffers of a chunk's size.
 */
final class PackVerification {
  private final PoolScope scope;
  private final DamageLog damage;

  /** None without the key: then stored bytes are checked, down to their checksums. */
  private final Optional<ChunkDecoder> decoder;

  private final ByteBuffer record;
  private final ByteBuffer plain;
  private final Map<Long, ChunkId> wrongRecords = new HashMap<>();
  private boolean sound;
  private long chunks;

  PackVerification(PoolScope scope, DamageLog damage) {
    this.scope = scope;
    this.damage = damage;
    this.decoder =
        scope.isLocked() ? Optional.empty() : Optional.of(new ChunkDecoder(scope.keys()));
    this.record = ByteBuffer.allocateDirect(ChunkRecord.HEADER_BYTES + scope.chunkBytes());
    this.plain = ByteBuffer.allocateDirect(scope.chunkBytes());
  }

  /** Chunks looked at so far. */
  long chunks() {
    return chunks;
  }

  /** Checks a pack and notes what is wrong. */
  PackResult check(UUID packId) {
    Path file = scope.tree().pack(packId);
    wrongRecords.clear();
    sound = true;
    try (PackReader pack = PackReader.open(scope, packId)) {
      checkRecords(pack, packId);
    } catch (BackupException error) {
      sound = false;
      // One that is gone was garbage; if maps need it, they will say so.
      if (scope.files().exists(file)) {
        damage.addPack(packId, damage.add(file, error));
      }
    }
    return new PackResult(packId, sound && wrongRecords.isEmpty(), Map.copyOf(wrongRecords));
  }

  private void checkRecords(PackReader pack, UUID packId) {
    try {
      pack.directory();
    } catch (BackupException damagedTail) {
      sound = false;
      damage.add(pack.path(), damagedTail);
    }
    for (PackEntry entry : pack.entries()) {
      checkRecord(pack, packId, entry);
    }
  }

  private void checkRecord(PackReader pack, UUID packId, PackEntry entry) {
    chunks++;
    Optional<String> wrong = inspect(pack, entry);
    if (wrong.isPresent()) {
      wrongRecords.put(entry.offset(), entry.record().id());
      damage.addChunk(packId, pack.path(), entry.offset(), wrong.get());
    }
  }

  private Optional<String> inspect(PackReader pack, PackEntry entry) {
    ChunkRecord expected = entry.record();
    if (expected.recordBytes() > record.capacity()
        || expected.plainLength() < 0
        || expected.plainLength() > scope.chunkBytes()) {
      return Optional.of(Reason.of(ReasonCode.DIRECTORY_LENGTHS));
    }
    record.clear().limit((int) expected.recordBytes());
    try {
      if (pack.read(entry.offset(), record) < expected.recordBytes()) {
        return Optional.of(Reason.of(ReasonCode.PACK_ENDS_IN_RECORD));
      }
    } catch (BackupException unreadable) {
      return Optional.of(unreadable.parameters().getOrDefault("cause", Reason.of(unreadable)));
    }
    record.flip();
    plain.clear().limit(expected.plainLength());
    Optional<String> wrong =
        decoder.isPresent()
            ? decoder.get().decode(record, expected.id(), plain)
            : ChunkDecoder.check(record, expected.id());
    if (wrong.isEmpty() && !ChunkRecord.read(record, 0).equals(expected)) {
      return Optional.of(Reason.of(ReasonCode.DIRECTORY_DIFFERS));
    }
    return wrong;
  }

  /** What lies where in a pack, by directory or, where that is damaged, by walking. */
  static Map<Long, ChunkId> contents(PoolScope scope, UUID packId) {
    Map<Long, ChunkId> result = new HashMap<>();
    if (!scope.files().exists(scope.tree().pack(packId))) {
      return result;
    }
    try (PackReader pack = PackReader.open(scope, packId)) {
      for (PackEntry entry : pack.entries()) {
        result.put(entry.offset(), entry.record().id());
      }
    } catch (BackupException unreadable) {
      if (unreadable.code() != ErrorCode.FORMAT_CORRUPT) {
        throw unreadable;
      }
    }
    return result;
  }
}
