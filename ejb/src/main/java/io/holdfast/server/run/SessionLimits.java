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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final Set<UUID> limited = ConcurrentHashMap.newKeySet();

  @Inject private TaskFacts facts;
  @Inject private AgentGateway gateway;
  @Inject private BackgroundWork background;
  @Inject private Clock clock;

  /**
   * Whether a speed limit may be what a transfer waits for: no time limit runs against it then. As
   * of the dispatcher's last tick; asks no database.
   */
  public boolean mayHoldBack(UUID taskId) {
    return limited.contains(taskId);
  }

  /** Looks at the tasks that execute on this server; agents are asked in the background. */
  void look(List<VmTask> executing) {
    Map<UUID, VmTask> running =
        executing.stream()
            .filter(task -> task.getState() == TaskState.RUNNING)
            .collect(Collectors.toMap(VmTask::getId, task -> task));
    told.keySet().retainAll(running.keySet());
    limited.retainAll(running.keySet());
    Map<UUID, SpeedLimits> ofRun = new HashMap<>();
    running.forEach(
        (taskId, task) -> {
          SpeedLimits limits =
              ofRun.computeIfAbsent(task.getRunId(), run -> facts.of(taskId).run().limits());
          note(taskId, limits);
          if (!limits.text().equals(told.get(taskId))) {
            background.submit("limits " + taskId, () -> tell(task, limits));
          }
        });
  }

  private void note(UUID taskId, SpeedLimits limits) {
    if (SpeedInForce.of(limits, clock.instant()).isLimited()) {
      limited.add(taskId);
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
