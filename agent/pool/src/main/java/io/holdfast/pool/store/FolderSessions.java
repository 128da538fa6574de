package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.document.SealDocument;
import io.holdfast.pool.document.SessionDocument;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.manifest.ManifestFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The unsealed sessions of an open pool. Thread-safe; its lock is the pool's session lock: who
 * deletes a restore point holds it while no session may begin that needs the point.
 */
final class FolderSessions implements AutoCloseable {
  private final FolderPool pool;
  private final Map<UUID, FolderSession> open = new ConcurrentHashMap<>();

  FolderSessions(FolderPool pool) {
    this.pool = pool;
  }

  private PoolScope scope() {
    return pool.scope();
  }

  /** See {@link Pool#beginSession}. */
  synchronized BackupSession begin(SessionSpec spec) {
    pool.checkLease();
    if (ManifestFile.exists(scope(), spec.sessionId())) {
      throw BackupException.of(
          ErrorCode.ALREADY_EXISTS, "what", "Restore point", "name", spec.sessionId());
    }
    spec.base().ifPresent(id -> pool.restorePoint(id).close());
    SessionDocument wanted = SessionDocuments.of(spec, pool.generation());
    SessionFolder folder = new SessionFolder(scope(), spec.sessionId());
    if (!folder.exists()) {
      folder.begin(wanted);
    } else if (!SessionDocuments.agree(wanted, folder.session())) {
      throw BackupException.of(
          ErrorCode.SESSION_PLAN_CONFLICT, "session", spec.sessionId(), "disk", "-");
    }
    return reopen(spec.sessionId()).orElseThrow();
  }

  /** See {@link Pool#reopenSession}. */
  synchronized Optional<BackupSession> reopen(UUID sessionId) {
    FolderSession known = open.get(sessionId);
    if (known != null && known.isUsable()) {
      return Optional.of(known);
    }
    if (known != null) {
      known.close();
    }
    SessionFolder folder = new SessionFolder(scope(), sessionId);
    if (!folder.exists() || ManifestFile.exists(scope(), sessionId)) {
      return Optional.empty();
    }
    FolderSession session = new FolderSession(pool, folder);
    open.put(sessionId, session);
    return Optional.of(session);
  }

  /** See {@link Pool#retireSession}. */
  synchronized Optional<BackupSession> retire(UUID sessionId) {
    Optional<FolderSession> session = Optional.ofNullable(open.get(sessionId));
    session.ifPresent(FolderSession::retire);
    return session.map(BackupSession.class::cast);
  }

  /**
   * See {@link Pool#abandonSession}. Under the lock, so that it never deletes what a beginning of
   * the same session is just making.
   */
  synchronized void abandon(UUID sessionId) {
    Optional<FolderSession> session = Optional.ofNullable(open.remove(sessionId));
    session.ifPresent(FolderSession::close);
    Optional<SealDocument> placed = new SessionTidying(scope()).sealOf(sessionId);
    new SessionFolder(scope(), sessionId).abandon();
    pool.known()
        .ifPresent(
            chunks -> {
              placed.ifPresent(seal -> chunks.abandoned(SessionSealing.packs(seal)));
              session.ifPresent(gone -> chunks.abandoned(gone.finishedPacks()));
            });
  }

  /** A session is sealed. */
  void forget(UUID sessionId) {
    open.remove(sessionId);
  }

  /** Ids of all unsealed sessions, open or not. */
  List<UUID> unsealed() {
    return scope().files().list(scope().tree().sessions()).stream()
        .map(name -> PoolTree.idBefore(name, ""))
        .flatMap(Optional::stream)
        .filter(id -> !ManifestFile.exists(scope(), id))
        .toList();
  }

  /** Closes the open ones; they stay resumable. */
  @Override
  public void close() {
    open.values().forEach(FolderSession::close);
    open.clear();
  }
}
