package io.holdfast.pool.retention;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.document.Retention;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.gc.SessionFacts;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.medium.PoolFiles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Removes restore points (POOL-09): the manifest first, then what it named. Packs stay until
 * garbage is collected. The caller sees to it that no session begins and no reader opens the
 * restore point between {@link #requirePrunable} and the end of {@link #removeManifest}.
 *
 * <p>What holds after a crash: the restore point is there as a whole, or it is gone and {@link
 * #finishAll} deletes the remains at the next opening.
 */
public final class Pruning {
  private final PoolScope scope;
  private final PoolFiles files;

  public Pruning(PoolScope scope) {
    this.scope = scope;
    this.files = scope.files();
  }

  /**
   * Makes sure that nothing keeps a restore point.
   *
   * @param now by the clock of the agent
   * @throws BackupException RESTORE_POINT_NOT_FOUND; POINT_IMMUTABLE; POINT_PROTECTED; POINT_IN_USE
   *     for the base or previous restore point of an unsealed session; FORMAT_CORRUPT when nobody
   *     can say whether it is protected
   */
  public void requirePrunable(UUID restorePointId, Instant now) {
    if (!ManifestFile.exists(scope, restorePointId)) {
      throw BackupException.of(
          ErrorCode.RESTORE_POINT_NOT_FOUND, "id", restorePointId, "folder", scope.tree().root());
    }
    Retention facts = RetentionFile.read(scope, restorePointId);
    Optional<Instant> until = RetentionFile.immutableUntil(facts);
    if (facts.getProtected()) {
      throw BackupException.of(ErrorCode.POINT_PROTECTED, "id", restorePointId);
    }
    if (until.filter(now::isBefore).isPresent()) {
      throw BackupException.of(
          ErrorCode.POINT_IMMUTABLE, "id", restorePointId, "until", until.orElseThrow());
    }
    for (SessionFacts session : SessionFacts.list(scope)) {
      if (session.pinned().contains(restorePointId)
          && !ManifestFile.exists(scope, session.sessionId())) {
        throw BackupException.of(
            ErrorCode.POINT_IN_USE, "id", restorePointId, "session", session.sessionId());
      }
    }
  }

  /** The restore point is gone, durably, when this returns. Its session has no folder any more. */
  public void removeManifest(UUID restorePointId) {
    files.rename(scope.tree().manifest(restorePointId), scope.tree().pruned(restorePointId));
    files.syncFolder(scope.tree().manifests());
  }

  /** Deletes what the manifest named. Every step may be repeated. */
  public void finish(UUID restorePointId) {
    Path maps = scope.tree().maps(restorePointId);
    for (String name : files.list(maps)) {
      files.delete(maps.resolve(name));
    }
    delete(maps);
    delete(scope.tree().retention(restorePointId));
    delete(scope.tree().verified(restorePointId));
    delete(scope.tree().pruned(restorePointId));
  }

  private void delete(Path path) {
    if (files.exists(path)) {
      files.delete(path);
      files.syncFolder(path.getParent());
    }
  }

  /** Goes on where a crash has stopped; at opening, under the lease. */
  public void finishAll() {
    List<UUID> pruned =
        files.list(scope.tree().manifests()).stream()
            .map(name -> PoolTree.idBefore(name, PoolTree.PRUNED))
            .flatMap(Optional::stream)
            .toList();
    pruned.forEach(this::finish);
  }
}
