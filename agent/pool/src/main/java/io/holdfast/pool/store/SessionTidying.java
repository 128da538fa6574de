package io.holdfast.pool.store;

import io.holdfast.error.CorruptionException;
import io.holdfast.pool.document.SealDocument;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.manifest.ManifestFile;
import java.util.Optional;
import java.util.UUID;

/** What opening a pool does about sessions that a crash left. Every step may be repeated. */
final class SessionTidying {
  private final PoolScope scope;

  SessionTidying(PoolScope scope) {
    this.scope = scope;
  }

  /** Deletes sessions that are marked, sealed or never began. */
  void run() {
    for (String name : scope.files().list(scope.tree().sessions())) {
      PoolTree.idBefore(name, PoolTree.ABANDONED)
          .ifPresent(id -> new SessionFolder(scope, id).finishAbandon());
      PoolTree.idBefore(name, "")
          .filter(id -> !new SessionFolder(scope, id).exists() || isReadable(id))
          .ifPresent(id -> new SessionFolder(scope, id).abandon());
    }
  }

  /** A session is deleted for being sealed only when its manifest can really be read. */
  private boolean isReadable(UUID restorePointId) {
    try {
      if (!ManifestFile.exists(scope, restorePointId)) {
        return false;
      }
      ManifestFile.read(scope, restorePointId);
      return true;
    } catch (CorruptionException damaged) {
      return false;
    }
  }

  /** A session's list of packs, if it has one that can be read. */
  Optional<SealDocument> sealOf(UUID session) {
    try {
      return new SessionFolder(scope, session).seal();
    } catch (CorruptionException damaged) {
      return Optional.empty();
    }
  }
}
