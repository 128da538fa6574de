package io.holdfast.agent.restore;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.protocol.LimitsInForce;
import io.holdfast.agent.protocol.ReleaseRestoreRequest;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.agent.protocol.RestoreExtentSpan;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.agent.protocol.RestorePlan;
import io.holdfast.agent.protocol.RestoreReceipt;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.protocol.SetLimitsRequest;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.throttle.SpeedLimits;
import io.holdfast.agent.transfer.Ids;
import io.holdfast.agent.transfer.PoolReach;
import io.holdfast.agent.transfer.SessionLocks;
import io.holdfast.agent.transfer.TransferResources;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The restore sessions of this process: opened, used, released. Thread-safe. */
public final class OpenRestores implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenRestores.class);
  private static final Duration IDLE_LIMIT = Duration.ofMinutes(15);

  private final RestoreOpening opening;
  private final RestoreRelease release;
  private final RestoreRecords records;
  private final TransferResources resources;
  private final Clock clock;
  private final Map<String, RunningRestore> open = new ConcurrentHashMap<>();
  private final Map<String, Integer> busy = new ConcurrentHashMap<>();
  private final SessionLocks locks = new SessionLocks();

  /**
   * @param state where session files are kept
   * @param resources shared with everybody else in the process
   */
  public OpenRestores(
      Connectors connectors,
      PoolReach pools,
      TransferResources resources,
      StateFolder state,
      Clock clock) {
    this.records = new RestoreRecords(state);
    this.opening = new RestoreOpening(connectors, pools, resources, records, clock);
    this.release = new RestoreRelease(connectors, records, clock);
    this.resources = resources;
    this.clock = clock;
  }

  /** What a restore would do now. */
  public RestorePlan plan(RestoreRequest request) {
    return opening.plan(request);
  }

  /** Makes or finds the target; repeated calls for one session wait for each other. */
  public RestoreTarget createTarget(RestoreRequest request) {
    String id = Ids.parse("session_id", request.getSessionId()).toString();
    try (SessionLocks.Held held = locks.hold(id)) {
      LOG.debug("Opening {}", held.id());
      RunningRestore before = open.remove(id);
      if (before != null) {
        before.close();
      }
      boolean resumed = records.load(id).isPresent();
      RunningRestore running = opening.open(request);
      open.put(id, running);
      return running.target(resumed);
    }
  }

  /** A page of a stream's plan. */
  public List<RestoreExtentSpan> plan(
      String sessionId, String diskKey, int stream, long fromOrdinal, int limit) {
    RestoreSpans spans = running(sessionId).stream(diskKey, stream).spans();
    List<RestoreExtentSpan> page = new ArrayList<>();
    for (long i = Math.max(0, fromOrdinal); i < spans.count() && page.size() < limit; i++) {
      page.add(spans.message((int) i));
    }
    return page;
  }

  /** Restores one span; completes on a worker. */
  public CompletableFuture<RestoreReceipt> restore(
      String sessionId, String diskKey, int stream, long ordinal) {
    return running(sessionId).stream(diskKey, stream).restore(ordinal);
  }

  /** Makes a stream durable on the target. */
  public CompletableFuture<Void> sync(String sessionId, String diskKey, int stream) {
    return running(sessionId).stream(diskKey, stream).sync();
  }

  /** Reads a disk back and compares it with the backup (RST-02); bytes compared. */
  public long verify(String sessionId, String diskKey) {
    busy.merge(sessionId, 1, Integer::sum);
    try {
      return running(sessionId).verify(diskKey, resources);
    } finally {
      busy.merge(sessionId, -1, Integer::sum);
    }
  }

  /** Completes a restore. */
  public RestoreOutcome finish(String sessionId) {
    try (SessionLocks.Held held = locks.hold(sessionId)) {
      LOG.debug("Finishing {}", held.id());
      return new RestoreFinish(running(sessionId), records).finish();
    }
  }

  /** Ends a session, open here or not; abandoning undoes what it made. */
  public ReleaseRestoreResponse release(ReleaseRestoreRequest request) {
    String id = Ids.parse("session_id", request.getSessionId()).toString();
    try (SessionLocks.Held held = locks.hold(id)) {
      LOG.debug("Releasing {}", held.id());
      RunningRestore running = open.remove(id);
      if (running != null) {
        running.close();
      }
      return release.release(request);
    }
  }

  private RunningRestore running(String sessionId) {
    RunningRestore running = open.get(sessionId);
    if (running == null) {
      throw BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", sessionId);
    }
    return running;
  }

  /** Other speed limits for a session, at once. */
  public LimitsInForce limit(SetLimitsRequest request) {
    Pace pace = running(request.getSessionId()).pace();
    pace.limit(SpeedLimits.read(request.getLimits()));
    return SpeedLimits.inForce(pace);
  }

  /** Closes sessions that were not used for a while; called from time to time. */
  public void closeIdle() {
    Instant limit = clock.instant().minus(IDLE_LIMIT);
    for (Map.Entry<String, RunningRestore> entry : open.entrySet()) {
      boolean idle =
          entry.getValue().lastUse().isBefore(limit) && busy.getOrDefault(entry.getKey(), 0) == 0;
      if (idle && open.remove(entry.getKey(), entry.getValue())) {
        LOG.info("Restore {} was not used for {}; closing it", entry.getKey(), IDLE_LIMIT);
        entry.getValue().close();
      }
    }
  }

  /** Closes all sessions; writes under way end first. */
  @Override
  public void close() {
    open.values().forEach(RunningRestore::close);
    open.clear();
  }
}
