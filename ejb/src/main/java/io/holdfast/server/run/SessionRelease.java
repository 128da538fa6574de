package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.run.TaskFacts.Facts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives back what a task holds on platform, agent and in the pool: snapshot, open disks, the
 * unsealed pool session, the half-made VM of a restore (CAS-05). Idempotent; from every outcome and
 * again until it has worked. Asks agents: never inside a transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class SessionRelease {
  private final Set<UUID> underWay = ConcurrentHashMap.newKeySet();

  /** What the log was last told of a release that is still due. */
  private final Map<UUID, String> said = new ConcurrentHashMap<>();

  @Inject private TaskFacts facts;
  @Inject private TaskLifecycle lifecycle;
  @Inject private BackupRequests requests;
  @Inject private AgentGateway gateway;

  /**
   * Releases a task if anything is due. What is not accomplished is abandoned.
   *
   * @return false when it did not work and is still due; the reason is in the run's log
   */
  public boolean release(UUID taskId) {
    if (!underWay.add(taskId)) {
      return false;
    }
    try {
      Facts now = facts.of(taskId);
      if (now.task().isReleaseDue()) {
        ReleaseAnswer answer = ask(now, !now.task().isAccomplished());
        if (isNews(taskId, answer.text())) {
          lifecycle.notices(taskId, answer.notices());
        }
        if (!answer.complete()) {
          return false;
        }
        lifecycle.released(taskId);
        said.remove(taskId);
      }
      return true;
    } catch (BackupException failure) {
      if (isNews(taskId, failure.getMessage())) {
        lifecycle.releaseFailed(taskId, failure);
      }
      return false;
    } finally {
      underWay.remove(taskId);
    }
  }

  /** Repeated every few seconds while a platform is away: the log is told once. */
  private boolean isNews(UUID taskId, String text) {
    return !text.equals(said.put(taskId, text));
  }

  private ReleaseAnswer ask(Facts now, boolean abandon) {
    return switch (now.run().getKind()) {
      case BACKUP ->
          ReleaseAnswer.of(
              gateway
                  .backupSessions(now.run().getAgentId())
                  .releaseBackup(requests.release(now, abandon)));
      case RESTORE ->
          ReleaseAnswer.of(
              gateway
                  .restoreSessions(now.run().getAgentId())
                  .releaseRestore(requests.releaseRestore(now, abandon)));
    };
  }
}
