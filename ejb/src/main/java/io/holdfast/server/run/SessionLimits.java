package io.holdfast.server.run;

import io.holdfast.agent.protocol.SetLimitsRequest;
import io.holdfast.error.BackupException;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.speed.SpeedInForce;
import io.holdfast.server.speed.SpeedLimits;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Tells agents the limits of the transfers that run on this server: once at their beginning,
 * because they may have changed since the session was opened, and after every change until the
 * agent has answered. Keeps nothing that a crash could lose. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class SessionLimits {
  private static final Logger LOG = System.getLogger(SessionLimits.class.getName());

  private final Map<UUID, String> told = new ConcurrentHashMap<>();
  private final Map<UUID, HoldBack> limited = new ConcurrentHashMap<>();

  @Inject private TaskFacts facts;
  @Inject private AgentGateway gateway;
  @Inject private BackgroundWork background;
  @Inject private Clock clock;

  /**
   * How long a speed limit may hold one extent of a task back. As of the dispatcher's last tick;
   * asks no database.
   *
   * @param extentsPerStream of each stream under way at the same time
   * @return zero without limits; empty while nothing passes at all: no time limit runs then
   */
  public Optional<Duration> mayHoldBack(UUID taskId, int extentsPerStream) {
    HoldBack holdBack = limited.get(taskId);
    return holdBack == null ? Optional.of(Duration.ZERO) : holdBack.longest(extentsPerStream);
  }

  /** Looks at the tasks that execute on this server; agents are asked in the background. */
  void look(List<VmTask> executing) {
    Map<UUID, VmTask> running =
        executing.stream()
            .filter(task -> task.getState() == TaskState.RUNNING)
            .collect(Collectors.toMap(VmTask::getId, task -> task));
    told.keySet().retainAll(running.keySet());
    limited.keySet().retainAll(running.keySet());
    Map<UUID, BackupRun> runs = new HashMap<>();
    running.forEach(
        (taskId, task) -> {
          BackupRun run = runs.computeIfAbsent(task.getRunId(), id -> facts.of(taskId).run());
          SpeedLimits limits = run.limits();
          note(taskId, run, limits);
          if (!limits.text().equals(told.get(taskId))) {
            background.submit("limits " + taskId, () -> tell(task, limits));
          }
        });
  }

  private void note(UUID taskId, BackupRun run, SpeedLimits limits) {
    SpeedInForce now = SpeedInForce.of(limits, clock.instant());
    if (now.isLimited()) {
      limited.put(taskId, HoldBack.of(run.getOptions(), now));
    } else {
      limited.remove(taskId);
    }
  }

  private void tell(VmTask task, SpeedLimits limits) {
    SetLimitsRequest request =
        SetLimitsRequest.newBuilder()
            .setSessionId(task.getId().toString())
            .setLimits(limits.toProtocol(""))
            .build();
    try {
      var inForce =
          switch (task.getKind()) {
            case BACKUP -> gateway.backupSessions(task.getAgentId()).setBackupLimits(request);
            case RESTORE -> gateway.restoreSessions(task.getAgentId()).setRestoreLimits(request);
          };
      LOG.log(Level.DEBUG, "Limits of {0}: {1}", task.getId(), inForce);
      told.put(task.getId(), limits.text());
    } catch (BackupException notNow) {
      LOG.log(Level.INFO, "Limits of {0}: {1}", task.getId(), notNow.getMessage());
    }
  }
}
