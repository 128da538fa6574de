package io.holdfast.pool.verify;

import io.holdfast.error.CorruptionException;
import io.holdfast.pool.document.DamagedChunk;
import io.holdfast.pool.document.DamagedChunks;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.pack.PackPlace;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Chunk records known to be damaged: a miss for deduplication, so that the next backup of the data
 * stores them again. Thread-safe. Losing the list costs verifying again.
 */
public final class DamagedRecords {
  private record Place(UUID packId, long offset) {}

  private final PoolScope scope;
  private volatile Map<Place, DamagedChunk> damaged = Map.of();

  private DamagedRecords(PoolScope scope) {
    this.scope = scope;
  }

  /** Reads the list; an unreadable one is empty. */
  public static DamagedRecords read(PoolScope scope) {
    DamagedRecords result = new DamagedRecords(scope);
    Path file = scope.tree().damaged();
    if (scope.files().exists(file)) {
      try {
        result.damaged =
            byPlace(
                DocumentFile.read(scope.files(), file, FileKind.VERIFIED, DamagedChunks.parser())
                    .body()
                    .getChunksList());
      } catch (CorruptionException unreadable) {
        result.damaged = Map.of();
      }
    }
    return result;
  }

  private static Map<Place, DamagedChunk> byPlace(List<DamagedChunk> chunks) {
    Map<Place, DamagedChunk> result = new HashMap<>();
    for (DamagedChunk chunk : chunks) {
      UUID pack = UUID.fromString(chunk.getPackId());
      result.put(new Place(pack, Integer.toUnsignedLong(chunk.getOffset())), chunk);
    }
    return result;
  }

  /** Whether the record there is damaged. */
  public boolean contains(PackPlace place) {
    return !damaged.isEmpty() && damaged.containsKey(new Place(place.packId(), place.offset()));
  }

  /** What is known to be damaged. */
  public List<DamagedChunk> all() {
    return List.copyOf(damaged.values());
  }

  /** Replaces the list, durably. */
  public synchronized void replace(List<DamagedChunk> chunks) {
    scope.files().createFolder(scope.tree().verify());
    scope.files().syncFolder(scope.tree().root());
    DocumentFile.write(
        scope.files(),
        scope.tree().damaged(),
        FileHeader.of(FileKind.VERIFIED, scope, scope.poolId(), 0),
        DamagedChunks.newBuilder().addAllChunks(chunks).build());
    damaged = byPlace(chunks);
  }
}
