package io.holdfast.server.run;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.error.BackupException;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.run.TaskFacts.Facts;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
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
        List<Notice> notices = ask(now, !now.task().isAccomplished());
        lifecycle.notices(taskId, notices);
        lifecycle.released(taskId);
      }
      return true;
    } catch (BackupException failure) {
      lifecycle.releaseFailed(taskId, failure);
      return false;
    } finally {
      underWay.remove(taskId);
    }
  }

  private List<Notice> ask(Facts now, boolean abandon) {
    return switch (now.run().getKind()) {
      case BACKUP ->
          gateway
              .backupSessions(now.run().getAgentId())
              .releaseBackup(requests.release(now, abandon))
              .getNoticesList();
      case RESTORE ->
          gateway
              .restoreSessions(now.run().getAgentId())
              .releaseRestore(requests.releaseRestore(now, abandon))
              .getNoticesList();
    };
  }
}
