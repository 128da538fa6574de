package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.SealSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * A backup session open in this process. Everything in it can be had again from the pool session,
 * so closing it at any time loses nothing but extents that were not yet durable. Thread-safe.
 */
final class RunningBackup implements AutoCloseable {
  private static final int CLOSE_SECONDS = 15;

  private final BackupBegun begun;
  private final OpenPools.Use pool;
  private final Optional<BackupSession> session;
  private final RestorePointSummary draft;
  private final Map<String, SourceDisk> disks = new HashMap<>();
  private final Map<StreamKey, StreamLane> lanes = new HashMap<>();
  private final Clock clock;
  private volatile Instant lastUse;
  private Optional<RestorePointSummary> sealed = Optional.empty();
  private boolean closed;

  private RunningBackup(
      BackupBegun begun,
      OpenPools.Use pool,
      Optional<BackupSession> session,
      RestorePointSummary draft,
      Clock clock) {
    this.begun = begun;
    this.pool = pool;
    this.session = session;
    this.draft = draft;
    this.clock = clock;
    this.lastUse = clock.instant();
  }

  /** A session whose disks are still to be read. */
  static RunningBackup of(
      BackupBegun begun,
      OpenPools.Use pool,
      BackupSession session,
      RestorePointSummary draft,
      Clock clock) {
    return new RunningBackup(begun, pool, Optional.of(session), draft, clock);
  }

  /** A session that is sealed already: nothing to transfer, sealing answers the same again. */
  static RunningBackup sealed(
      BackupBegun begun, OpenPools.Use pool, RestorePointSummary summary, Clock clock) {
    RunningBackup result = new RunningBackup(begun, pool, Optional.empty(), summary, clock);
    result.sealed = Optional.of(summary);
    return result;
  }

  /** Adds a disk and the lanes of its streams. */
  void add(String diskKey, SourceDisk disk, SpanBuffers buffers, Executor workers) {
    disks.put(diskKey, disk);
    for (StreamPlan stream : begun.getStreamsList()) {
      if (stream.getDiskKey().equals(diskKey)) {
        lanes.put(
            new StreamKey(diskKey, stream.getStream()),
            new StreamLane(
                draft.getRestorePointId(),
                session.orElseThrow().stream(diskKey, stream.getStream()),
                disk,
                buffers,
                workers));
      }
    }
  }

  BackupBegun begun() {
    return begun;
  }

  /** When it was last asked for anything. */
  Instant lastUse() {
    return lastUse;
  }

  /** A page of a stream's plan; empty for a sealed session. */
  List<PlanItem> plan(String diskKey, int stream, long fromOrdinal, int limit) {
    lastUse = clock.instant();
    return session
        .map(open -> open.planItems(diskKey, stream, fromOrdinal, limit))
        .orElse(List.of());
  }

  /**
   * The lane of a stream.
   *
   * @throws BackupException NOT_FOUND for a stream that was not planned
   */
  StreamLane lane(String diskKey, int stream) {
    lastUse = clock.instant();
    StreamLane lane = lanes.get(new StreamKey(diskKey, stream));
    if (lane == null) {
      throw BackupException.of(
          ErrorCode.NOT_FOUND, "what", "stream " + stream + " of disk", "id", diskKey);
    }
    return lane;
  }

  /**
   * Makes the restore point; answers the same when repeated.
   *
   * @throws BackupException SESSION_INCOMPLETE naming what is missing
   */
  synchronized RestorePointSummary seal() {
    lastUse = clock.instant();
    if (sealed.isEmpty()) {
      SealSpec spec =
          new SealSpec(
              Instant.ofEpochMilli(draft.getCreatedEpochMillis()),
              labels(begun, draft),
              RestorePoints.document(draft),
              Map.of());
      sealed = Optional.of(RestorePoints.summary(session.orElseThrow().seal(spec)));
      disks.values().forEach(SourceDisk::close);
    }
    return sealed.get();
  }

  private static Map<String, String> labels(BackupBegun begun, RestorePointSummary draft) {
    return Map.of(
        "vm", draft.getVm().getName(),
        "vm-uuid", draft.getVm().getUuid(),
        "job", draft.getJobName(),
        "platform", draft.getPlatformId(),
        "server", draft.getServerId(),
        "snapshot", begun.getSnapshotName());
  }

  /** Lets extents that are being written end, then closes disks and pool. Idempotent. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (sealed.isEmpty()) {
      lanes.values().forEach(lane -> lane.close(CLOSE_SECONDS));
    }
    disks.values().forEach(SourceDisk::close);
    pool.close();
  }

  /** The request without the password: what the pool session keeps. */
  static BackupRequest withoutSecret(BackupRequest request) {
    return request.toBuilder()
        .setPlatform(request.getPlatform().toBuilder().clearPassword())
        .build();
  }

  private record StreamKey(String diskKey, int stream) {}
}
