package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.throttle.StreamPace;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.ExtentResult;
import io.holdfast.pool.store.SealSpec;
import io.holdfast.source.spi.DiskSource;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A backup session open in this process. Everything in it can be had again from the pool session,
 * so closing it at any time loses nothing but extents that were not yet durable. Thread-safe.
 */
final class RunningBackup implements AutoCloseable {
  private static final int CLOSE_SECONDS = 15;

  private final BackupBegun begun;
  private final PoolUse pool;
  private final PlatformConnection platform;
  private final Optional<BackupSession> session;
  private final RestorePointSummary draft;
  private final Map<String, ReconnectingDisk<DiskSource>> disks = new HashMap<>();
  private final Map<StreamKey, BackupStream> streams = new HashMap<>();
  private final Set<StreamKey> ended = ConcurrentHashMap.newKeySet();
  private final SessionStages stages;
  private final Pace pace;
  private final Clock clock;
  private volatile Instant lastUse;
  private Optional<RestorePointSummary> sealed = Optional.empty();
  private boolean closed;

  private RunningBackup(
      BackupBegun begun,
      Held held,
      Optional<BackupSession> session,
      RestorePointSummary draft,
      Clock clock) {
    this.begun = begun;
    this.pool = held.pool();
    this.platform = held.platform();
    this.session = session;
    this.stages = new SessionStages(() -> session.orElseThrow().newStage());
    this.draft = draft;
    this.pace = held.pace();
    this.clock = clock;
    this.lastUse = clock.instant();
  }

  /** A session whose disks are still to be read. */
  static RunningBackup of(PlannedSession planned, Held held, Clock clock) {
    return new RunningBackup(
        planned.begun(), held, Optional.of(planned.session()), planned.draft(), clock);
  }

  /** A session that is sealed already: nothing to transfer, sealing answers the same again. */
  static RunningBackup sealed(
      BackupBegun begun, Held held, RestorePointSummary summary, Clock clock) {
    RunningBackup result = new RunningBackup(begun, held, Optional.empty(), summary, clock);
    result.sealed = Optional.of(summary);
    return result;
  }

  /** Adds a disk and its streams. */
  void add(String diskKey, ReconnectingDisk<DiskSource> disk, TransferResources resources) {
    disks.put(diskKey, disk);
    for (StreamPlan stream : begun.getStreamsList()) {
      if (stream.getDiskKey().equals(diskKey)) {
        streams.put(
            new StreamKey(diskKey, stream.getStream()),
            new BackupStream(
                session.orElseThrow().stream(diskKey, stream.getStream()),
                disk,
                stages,
                resources,
                new StreamPace(pace),
                new Lane(draft.getRestorePointId(), resources.lanes())));
      }
    }
  }

  PlatformConnection platform() {
    return platform;
  }

  synchronized boolean isSealed() {
    return sealed.isPresent();
  }

  BackupBegun begun() {
    return begun;
  }

  /** When it was last asked for anything; now, while a limit or a lost connection holds it. */
  Instant lastUse() {
    return pace.isHolding() || pool.isWaiting() ? clock.instant() : lastUse;
  }

  /** How fast it may go. */
  Pace pace() {
    lastUse = clock.instant();
    return pace;
  }

  /** A page of a stream's plan; empty for a sealed session. */
  List<PlanItem> plan(String diskKey, int stream, long fromOrdinal, int limit) {
    lastUse = clock.instant();
    return session
        .map(open -> open.planItems(diskKey, stream, fromOrdinal, limit))
        .orElse(List.of());
  }

  /**
   * A planned stream.
   *
   * @throws BackupException NOT_FOUND for a stream that was not planned
   */
  BackupStream stream(String diskKey, int stream) {
    lastUse = clock.instant();
    BackupStream found = streams.get(new StreamKey(diskKey, stream));
    if (found == null) {
      throw BackupException.of(
          ErrorCode.NOT_FOUND, "what", "stream " + stream + " of disk", "id", diskKey);
    }
    return found;
  }

  /**
   * Brings one planned extent into the pool.
   *
   * @throws BackupException NOT_FOUND for a stream that was not planned; POOL_QUOTA_REACHED
   */
  CompletableFuture<ExtentResult> transfer(String diskKey, int stream, long ordinal) {
    return stream(diskKey, stream)
        .transfer(ordinal, pool::requireRoom)
        .thenApply(
            result -> {
              pool.stored(result.replayed() ? 0 : result.storedBytes());
              return result;
            });
  }

  /**
   * Makes what was asked for of a stream durable; answers the first ordinal that is not. A disk
   * whose streams are all at their ends gives its connections back: the next one of the VM opens
   * its own, and no more are open than may be read at a time (OPT-05).
   *
   * @throws BackupException NOT_FOUND for a stream that was not planned
   */
  CompletableFuture<Long> sync(String diskKey, int stream) {
    return stream(diskKey, stream)
        .sync()
        .thenApply(
            next -> {
              durable(diskKey, stream, next);
              return next;
            });
  }

  private void durable(String diskKey, int stream, long next) {
    List<StreamPlan> ofDisk =
        begun.getStreamsList().stream().filter(each -> each.getDiskKey().equals(diskKey)).toList();
    for (StreamPlan each : ofDisk) {
      if (each.getStream() == stream && next >= each.getExtentCount()) {
        ended.add(new StreamKey(diskKey, stream));
      }
    }
    boolean all =
        ofDisk.stream()
            .allMatch(
                each ->
                    each.getExtentCount() == 0
                        || ended.contains(new StreamKey(diskKey, each.getStream())));
    if (all) {
      disks.get(diskKey).rest();
    }
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
      disks.values().forEach(ReconnectingDisk::close);
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
    pace.close();
    if (sealed.isEmpty()) {
      streams.values().forEach(stream -> stream.close(CLOSE_SECONDS));
    }
    disks.values().forEach(ReconnectingDisk::close);
    stages.close();
    platform.close();
    pool.close();
  }

  /**
   * What a session holds on to until it is closed: the platform keeps the disks it opened only as
   * long as its connection lives.
   */
  record Held(PoolUse pool, PlatformConnection platform, Pace pace) implements AutoCloseable {
    @Override
    public void close() {
      pace.close();
      platform.close();
      pool.close();
    }
  }

  /** The request without password and pool secret: what the pool session keeps. */
  static BackupRequest withoutSecret(BackupRequest request) {
    return request.toBuilder()
        .setPlatform(request.getPlatform().toBuilder().clearPassword())
        .setPool(request.getPool().toBuilder().clearStorage().clearSecret())
        .build();
  }

  private record StreamKey(String diskKey, int stream) {}
}
