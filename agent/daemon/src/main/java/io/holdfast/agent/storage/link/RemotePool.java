package io.holdfast.agent.storage.link;

import io.holdfast.agent.protocol.BeginStorageSession;
import io.holdfast.agent.protocol.PointFound;
import io.holdfast.agent.protocol.PointRequest;
import io.holdfast.agent.protocol.PoolHandle;
import io.holdfast.agent.protocol.SessionRequest;
import io.holdfast.agent.protocol.StorageGrpc;
import io.holdfast.agent.protocol.StorageSession;
import io.holdfast.agent.storage.PointTexts;
import io.holdfast.agent.storage.SessionTexts;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.PoolSettings;
import io.holdfast.pool.store.RestorePointReader;
import io.holdfast.pool.store.SessionSpec;
import io.holdfast.pool.store.TransferPool;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** A pool of another agent, for one session. Thread-safe. */
final class RemotePool implements TransferPool {
  private static final int KEEP_SECONDS = 60;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final LinkCalls calls;
  private final Terms terms;
  private final Future<?> keeping;
  private final ResumeBuffer window;
  private volatile boolean closed;

  /**
   * What was agreed on when the pool was opened.
   *
   * @param handle names the pool in every call
   * @param settings of the pool
   * @param keys of an encrypted pool
   * @param dedupThere duplicates are found by the storage agent (OPT-02)
   * @param resumeBytes sent and not yet answered (OPT-09)
   */
  record Terms(
      String handle,
      PoolSettings settings,
      Optional<PoolKeys> keys,
      boolean dedupThere,
      int resumeBytes) {}

  RemotePool(LinkCalls calls, Terms terms) {
    this.calls = calls;
    this.terms = terms;
    this.window = new ResumeBuffer(terms.resumeBytes());
    this.keeping =
        calls
            .link()
            .timer()
            .scheduleWithFixedDelay(this::keep, KEEP_SECONDS, KEEP_SECONDS, TimeUnit.SECONDS);
  }

  /** Fire and forget: a session that is held back by a speed limit says nothing else. */
  private void keep() {
    calls.askLater(StorageGrpc.getKeepPoolMethod(), handle());
  }

  private PoolHandle handle() {
    return PoolHandle.newBuilder().setHandle(terms.handle()).build();
  }

  LinkCalls calls() {
    return calls;
  }

  Terms terms() {
    return terms;
  }

  /** Of all streams of the session together. */
  ResumeBuffer window() {
    return window;
  }

  SessionRequest request(UUID sessionId) {
    return SessionRequest.newBuilder()
        .setHandle(terms.handle())
        .setSessionId(sessionId.toString())
        .build();
  }

  @Override
  public PoolSettings settings() {
    return terms.settings();
  }

  @Override
  public BackupSession beginSession(SessionSpec spec) {
    StorageSession begun =
        calls.ask(
            StorageGrpc.getBeginSessionMethod(),
            BeginStorageSession.newBuilder()
                .setSession(request(spec.sessionId()))
                .setSpecification(SessionTexts.of(spec))
                .build());
    return new RemoteSession(this, SessionTexts.spec(spec.sessionId(), begun.getSpecification()));
  }

  @Override
  public Optional<BackupSession> reopenSession(UUID sessionId) {
    StorageSession found = calls.ask(StorageGrpc.getReopenSessionMethod(), request(sessionId));
    return found.getFound()
        ? Optional.of(
            new RemoteSession(this, SessionTexts.spec(sessionId, found.getSpecification())))
        : Optional.empty();
  }

  @Override
  public void abandonSession(UUID sessionId) {
    calls.ask(StorageGrpc.getAbandonSessionMethod(), request(sessionId));
  }

  private PointFound find(UUID restorePointId) {
    return calls.ask(
        StorageGrpc.getFindPointMethod(),
        PointRequest.newBuilder()
            .setHandle(terms.handle())
            .setRestorePointId(restorePointId.toString())
            .build());
  }

  /** Empty also for a point that the server's grant does not name. */
  @Override
  public Optional<ManifestSummary> manifest(UUID restorePointId) {
    PointFound found = find(restorePointId);
    return found.getFound() && found.hasSummary()
        ? Optional.of(PointTexts.manifest(found.getSummary()))
        : Optional.empty();
  }

  @Override
  public boolean holds(UUID restorePointId) {
    return find(restorePointId).getFound();
  }

  @Override
  public RestorePointReader restorePoint(UUID restorePointId) {
    ManifestSummary manifest =
        manifest(restorePointId)
            .orElseThrow(
                () ->
                    BackupException.of(
                        ErrorCode.RESTORE_POINT_NOT_FOUND,
                        "id",
                        restorePointId,
                        "folder",
                        calls.link().ends().get("agent") + ": " + settings().name()));
    return new RemotePoint(this, manifest);
  }

  /** Tells the storage agent, if it can be reached now; else it finds out by itself. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    keeping.cancel(false);
    calls.end();
    try {
      calls.askOnce(StorageGrpc.getClosePoolMethod(), handle(), CLOSE_LIMIT);
    } catch (BackupException unreachable) {
      org.slf4j.LoggerFactory.getLogger(RemotePool.class)
          .info("A pool was not closed: {}", unreachable.getMessage());
    }
    terms.keys().ifPresent(PoolKeys::close);
  }
}
