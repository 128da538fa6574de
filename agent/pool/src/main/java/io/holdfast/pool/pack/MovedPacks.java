package io.holdfast.pool.pack;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.document.MovedPack;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds chunks whose pack was compacted, with no index: {@code .moved} documents name the packs
 * they went to. Thread-safe.
 */
public final class MovedPacks {
  /** How far documents are followed. */
  public static final int MAX_DEPTH = 8;

  private final PoolScope scope;
  private final PackDirectories directories;

  /**
   * @param directories of packs in {@code packs/}
   */
  public MovedPacks(PoolScope scope, PackDirectories directories) {
    this.scope = scope;
    this.directories = directories;
  }

  /** Whether a pack that is gone has left word where its chunks are. */
  public boolean isMoved(UUID packId) {
    return scope.files().exists(scope.tree().moved(packId));
  }

  /**
   * Where a chunk of a pack that is gone is now; empty when there is no word of it.
   *
   * @throws io.holdfast.error.BackupException FORMAT_CORRUPT for a damaged document
   */
  public Optional<PackPlace> find(UUID packId, ChunkId id) {
    return find(packId, id, MAX_DEPTH);
  }

  private Optional<PackPlace> find(UUID packId, ChunkId id, int depth) {
    if (depth == 0 || !isMoved(packId)) {
      return Optional.empty();
    }
    for (UUID target : targets(packId)) {
      Path file = scope.tree().pack(target);
      Optional<PackPlace> place =
          scope.files().exists(file)
              ? directories.get(target, file).find(id)
              : find(target, id, depth - 1);
      if (place.isPresent()) {
        return place;
      }
    }
    return Optional.empty();
  }

  /** The packs that the chunks of a pack went to; none when there is no word of it. */
  public List<UUID> targets(UUID packId) {
    Path file = scope.tree().moved(packId);
    if (!scope.files().exists(file)) {
      return List.of();
    }
    DocumentFile<MovedPack> document =
        DocumentFile.read(scope.files(), file, FileKind.MOVED_PACK, MovedPack.parser());
    document.header().expect(scope.poolId(), packId, file);
    return document.body().getTargetPackIdsList().stream().map(UUID::fromString).toList();
  }

  /** Leaves word, durably, where the chunks of a pack are; the pack may be deleted after it. */
  public void leaveWord(UUID packId, List<UUID> targets, long generation) {
    DocumentFile.write(
        scope.files(),
        scope.tree().moved(packId),
        FileHeader.of(FileKind.MOVED_PACK, scope, packId, 0),
        MovedPack.newBuilder()
            .addAllTargetPackIds(targets.stream().map(UUID::toString).toList())
            .setGeneration(generation)
            .build());
  }
}
