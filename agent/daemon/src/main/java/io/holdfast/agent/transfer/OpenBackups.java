package io.holdfast.agent.transfer;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.CheckVmsRequest;
import io.holdfast.agent.protocol.CheckVmsResponse;
import io.holdfast.agent.protocol.LimitsInForce;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.agent.protocol.RemoveLeftoversResponse;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SetLimitsRequest;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.throttle.SpeedLimits;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.store.ExtentResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backup sessions of this process: begun or resumed, used, released. A session nobody uses for
 * a while is closed and with it its connections and its hold on the pool; it stays resumable.
 * Thread-safe.
 */
public final class OpenBackups implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenBackups.class);
  private static final Duration IDLE_LIMIT = Duration.ofMinutes(15);

  private final BackupOpening opening;
  private final BackupRelease release;
  private final VmChecks checks;
  private final OfflineSessions offline;
  private final Clock clock;
  private final Map<String, RunningBackup> open = new ConcurrentHashMap<>();
  private final SessionLocks locks = new SessionLocks();

  /**
   * @param resources shared with everybody else in the process
   * @param shutdowns remembers VMs that have to run again
   * @param freezes watches over frozen guests
   */
  public OpenBackups(
      Connectors connectors,
      PoolReach pools,
      TransferResources resources,
      BackupShutdowns shutdowns,
      GuestFreezes freezes,
      Clock clock) {
    this.offline = new OfflineSessions(clock);
    BackupPrecautions precautions = new BackupPrecautions(shutdowns, offline, freezes);
    this.opening = new BackupOpening(connectors, pools, resources, precautions, clock);
    this.release = new BackupRelease(connectors, pools, precautions);
    this.checks = new VmChecks(connectors, pools);
    this.clock = clock;
  }

  /** What a backup would be now. */
  public BackupPlan plan(BackupRequest request) {
    return opening.plan(request, Set.copyOf(open.keySet()));
  }

  /** What backups of many VMs would be now. */
  public CheckVmsResponse check(CheckVmsRequest request) {
    return checks.check(request, Set.copyOf(open.keySet()));
  }

  /** Looks whether VMs that are read without a snapshot are still off; called every few seconds. */
  public void lookAtOffline() {
    open.forEach((session, running) -> offline.look(session, running.platform()));
  }

  /** Begins or resumes; repeated calls for one session wait for each other. */
  public BackupBegun begin(BackupRequest request) {
    String id = Ids.parse("session_id", request.getSessionId()).toString();
    try (SessionLocks.Held held = locks.hold(id)) {
      LOG.debug("Beginning {}", held.id());
      RunningBackup before = open.remove(id);
      if (before != null) {
        // Opened again from the pool, as after a restart: snapshot and disks are looked at anew.
        before.close();
      }
      RunningBackup running = opening.open(request, Set.copyOf(open.keySet()));
      open.put(id, running);
      return running.begun();
    }
  }

  /** A page of a stream's plan. */
  public List<PlanItem> plan(
      String sessionId, String diskKey, int stream, long fromOrdinal, int limit) {
    return running(sessionId).plan(diskKey, stream, fromOrdinal, limit);
  }

  /** Brings an extent into the pool; completes on a worker, fails as the session's parts do. */
  public CompletableFuture<ExtentResult> transfer(
      String sessionId, String diskKey, int stream, long ordinal) {
    return running(sessionId).transfer(diskKey, stream, ordinal);
  }

  /** Makes a stream durable. */
  public CompletableFuture<Long> sync(String sessionId, String diskKey, int stream) {
    return running(sessionId).sync(diskKey, stream);
  }

  /** Other speed limits for a session, at once. */
  public LimitsInForce limit(SetLimitsRequest request) {
    Pace pace = running(request.getSessionId()).pace();
    pace.limit(SpeedLimits.read(request.getLimits()));
    return SpeedLimits.inForce(pace);
  }

  /** Makes the restore point. */
  public RestorePointSummary seal(String sessionId) {
    RunningBackup running = running(sessionId);
    if (!running.isSealed()) {
      offline.look(sessionId, running.platform());
      offline.requireOff(sessionId);
    }
    return running.seal();
  }

  /** Ends a session, open here or not. */
  public ReleaseBackupResponse release(ReleaseBackupRequest request) {
    String id = Ids.parse("session_id", request.getSessionId()).toString();
    try (SessionLocks.Held held = locks.hold(id)) {
      LOG.debug("Releasing {}", held.id());
      RunningBackup running = open.remove(id);
      if (running != null) {
        running.close();
      }
      offline.end(id);
      return release.release(request);
    }
  }

  /** Removes snapshots of sessions that live neither on the server nor here. */
  public RemoveLeftoversResponse removeLeftovers(RemoveLeftoversRequest request) {
    return release.removeLeftovers(request, Set.copyOf(open.keySet()));
  }

  private RunningBackup running(String sessionId) {
    RunningBackup running = open.get(sessionId);
    if (running == null) {
      throw BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", sessionId);
    }
    return running;
  }

  /** Closes sessions that were not used for a while; called from time to time. */
  public void closeIdle() {
    Instant limit = clock.instant().minus(IDLE_LIMIT);
    for (Map.Entry<String, RunningBackup> entry : open.entrySet()) {
      if (entry.getValue().lastUse().isBefore(limit)
          && open.remove(entry.getKey(), entry.getValue())) {
        LOG.info("Session {} was not used for {}; closing it", entry.getKey(), IDLE_LIMIT);
        entry.getValue().close();
      }
    }
  }

  /** Closes all sessions; extents being written end first. */
  @Override
  public void close() {
    open.values().forEach(RunningBackup::close);
    open.clear();
  }
}
