package io.holdfast.pool.verify;

import com.google.protobuf.ByteString;
import io.holdfast.error.CorruptionException;
import io.holdfast.pool.document.VerifiedPacks;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * When each pack was last checked as a whole: {@code verify/packs}. About 100 bytes per pack.
 * Losing it costs only checking again. Not thread-safe.
 */
final class VerifiedTimes {
  private static final int ENTRY_BYTES = 24;

  private final PoolScope scope;
  private final Map<UUID, Long> millis = new HashMap<>();

  private VerifiedTimes(PoolScope scope) {
    this.scope = scope;
  }

  /** Reads them; an unreadable document is none. */
  static VerifiedTimes read(PoolScope scope) {
    VerifiedTimes result = new VerifiedTimes(scope);
    Path file = scope.tree().verifiedPacks();
    if (scope.files().exists(file)) {
      try {
        ByteBuffer entries =
            DocumentFile.read(scope.files(), file, FileKind.VERIFIED, VerifiedPacks.parser())
                .body()
                .getEntries()
                .asReadOnlyByteBuffer();
        while (entries.remaining() >= ENTRY_BYTES) {
          UUID pack = FileHeader.getUuid(entries);
          result.millis.put(pack, entries.getLong());
        }
      } catch (CorruptionException unreadable) {
        result.millis.clear();
      }
    }
    return result;
  }

  Optional<Instant> of(UUID packId) {
    return Optional.ofNullable(millis.get(packId)).map(Instant::ofEpochMilli);
  }

  /** A pack was checked and found sound. */
  void sound(UUID packId, Instant when) {
    millis.put(packId, when.toEpochMilli());
  }

  /** A pack is damaged: it is due again at once. */
  void damaged(UUID packId) {
    millis.remove(packId);
  }

  /** Replaces the document, durably, keeping the packs that are there. */
  void write(Set<UUID> packs) {
    millis.keySet().retainAll(packs);
    ByteBuffer entries = ByteBuffer.allocate(millis.size() * ENTRY_BYTES);
    millis.forEach(
        (pack, time) -> {
          FileHeader.putUuid(entries, pack);
          entries.putLong(time);
        });
    DocumentFile.write(
        scope.files(),
        scope.tree().verifiedPacks(),
        FileHeader.of(FileKind.VERIFIED, scope, scope.poolId(), 0),
        VerifiedPacks.newBuilder().setEntries(ByteString.copyFrom(entries.flip())).build());
  }
}
