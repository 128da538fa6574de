package io.holdfast.agent.storage.host;

import io.holdfast.agent.protocol.SessionSpecification;
import io.holdfast.agent.protocol.StorageGrant;
import io.holdfast.agent.storage.SessionTexts;
import io.holdfast.agent.transfer.Ids;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.RestorePointReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One agent's hold on a pool of this agent: what its grant allows and nothing else. Thread-safe.
 */
public final class StorageHandle implements AutoCloseable {
  private final StorageGrant grant;
  private final Function<String, BackupException> refusal;
  private final OpenPools.Use use;
  private final Duration idleLimit;
  private final Clock clock;
  private final Map<UUID, RestorePointReader> points = new HashMap<>();
  private final Map<String, StoredStream> streams = new ConcurrentHashMap<>();
  private volatile Instant lastUse;
  private volatile Optional<BackupSession> session = Optional.empty();
  private volatile Set<String> sessionPoints = Set.of();
  private boolean closed;

  StorageHandle(
      StorageGrant grant,
      Function<String, BackupException> refusal,
      OpenPools.Use use,
      Duration idleLimit,
      Clock clock) {
    this.grant = grant;
    this.refusal = refusal;
    this.use = use;
    this.idleLimit = idleLimit;
    this.clock = clock;
    this.lastUse = clock.instant();
  }

  StorageGrant grant() {
    return grant;
  }

  Pool pool() {
    return use.pool();
  }

  /** Size of the pool's chunks. */
  public int chunkBytes() {
    return pool().settings().chunkBytes();
  }

  void use() {
    lastUse = clock.instant();
  }

  boolean isIdle(Instant now) {
    return lastUse.plus(idleLimit).isBefore(now);
  }

  /** Whether there is such a point; anybody with a grant may ask. */
  public boolean holds(String restorePointId) {
    return use.pool().holds(Ids.parse("restore_point_id", restorePointId));
  }

  /** The summary of a point that may be read, or of the session's; empty for others. */
  public Optional<ManifestSummary> manifest(String restorePointId) {
    boolean readable = mayRead(restorePointId) || grant.getSessionId().equals(restorePointId);
    return readable
        ? use.pool().manifest(Ids.parse("restore_point_id", restorePointId))
        : Optional.empty();
  }

  private UUID granted(String sessionId) {
    if (sessionId.isEmpty() || !grant.getSessionId().equals(sessionId)) {
      throw refusal.apply("the grant is not for session " + sessionId);
    }
    return Ids.parse("session_id", sessionId);
  }

  /** Begins the granted session. */
  public synchronized BackupSession begin(String sessionId, SessionSpecification specification) {
    UUID id = granted(sessionId);
    requireOpen(sessionId);
    requirePoint(specification.getBaseRestorePointId());
    requirePoint(specification.getPreviousRestorePointId());
    use.takeUp(id);
    BackupSession begun = pool().beginSessionOfRecords(SessionTexts.spec(id, specification));
    opened(Optional.of(begun));
    return begun;
  }

  /** What the session was begun with was granted then: it may be read to the session's end. */
  private void opened(Optional<BackupSession> found) {
    session = found;
    streams.clear();
    sessionPoints =
        found.stream()
            .map(BackupSession::spec)
            .flatMap(spec -> Stream.concat(spec.base().stream(), spec.previous().stream()))
            .map(UUID::toString)
            .collect(Collectors.toUnmodifiableSet());
  }

  private boolean mayRead(String restorePointId) {
    return grant.getRestorePointIdsList().contains(restorePointId)
        || sessionPoints.contains(restorePointId);
  }

  /** Under one of the locks that {@link #close} sets it under. */
  private void requireOpen(String name) {
    if (closed) {
      throw BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", name);
    }
  }

  private void requirePoint(String restorePointId) {
    if (!restorePointId.isEmpty() && !mayRead(restorePointId)) {
      throw refusal.apply("the grant is not for restore point " + restorePointId);
    }
  }

  /** Opens the granted session as it lies in the pool. */
  public synchronized Optional<BackupSession> reopen(String sessionId) {
    UUID id = granted(sessionId);
    requireOpen(sessionId);
    use.takeUp(id);
    opened(pool().reopenSession(id));
    return session;
  }

  /** Deletes the granted session unless it is sealed. */
  public synchronized void abandon(String sessionId) {
    UUID id = granted(sessionId);
    requireOpen(sessionId);
    session = Optional.empty();
    streams.clear();
    pool().abandonSession(id);
  }

  /**
   * The session, begun or opened again through this handle.
   *
   * @throws BackupException SESSION_NOT_OPEN
   */
  public BackupSession session(String sessionId) {
    granted(sessionId);
    return session.orElseThrow(
        () -> BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", sessionId));
  }

  /** A stream of the session. */
  public StoredStream stream(String sessionId, String diskKey, int stream) {
    BackupSession open = session(sessionId);
    return streams.computeIfAbsent(
        stream + " " + diskKey,
        key ->
            new StoredStream(
                open.stream(diskKey, stream),
                new StoredStream.Place(grant.getStorageAgentId(), diskKey),
                chunkBytes(),
                use));
  }

  /**
   * A disk of a restore point that the grant names, or that the session was begun with.
   *
   * @throws BackupException SESSION_NOT_OPEN, STORAGE_REFUSED, RESTORE_POINT_NOT_FOUND, NOT_FOUND
   */
  public DiskReader disk(String restorePointId, String diskKey) {
    if (!mayRead(restorePointId)) {
      throw refusal.apply("the grant is not for restore point " + restorePointId);
    }
    UUID id = Ids.parse("restore_point_id", restorePointId);
    synchronized (points) {
      requireOpen(restorePointId);
      return points.computeIfAbsent(id, use.pool()::restorePoint).disk(diskKey);
    }
  }

  /**
   * Closes the session's files too, unless another handle has taken it up since. Idempotent; the
   * session stays resumable.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    synchronized (points) {
      closed = true;
      points.values().forEach(RestorePointReader::close);
      points.clear();
    }
    session = Optional.empty();
    streams.clear();
    use.close();
  }
}
