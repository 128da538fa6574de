package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.NamedValues;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.UUID;

/**
 * Decides what an ended execution means for its task: the tables decide, not what the engine says.
 * Releases first and ends the task then, so that a task that has ended holds nothing (unless the
 * release failed, which is tried again). Asks agents: never inside a transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class TaskConclusion {
  @Inject private TaskFacts facts;
  @Inject private TaskLifecycle lifecycle;
  @Inject private SessionRelease release;
  @Inject private TransferLedger ledger;

  /** An execution of the task has ended, however it did. Repeating it does no harm. */
  public void executionEnded(UUID taskId) {
    VmTask task = facts.of(taskId).task();
    if (task.getState().isEnded()) {
      release.release(taskId);
      return;
    }
    if (task.isAccomplished()) {
      release.release(taskId);
      lifecycle.done(taskId);
      return;
    }
    if (task.getState() == TaskState.STOPPING) {
      release.release(taskId);
      lifecycle.stopped(taskId);
      return;
    }
    if (task.getError().isPresent() && (TaskQueue.hasFailedForGood(task) || isHopeless(task))) {
      release.release(taskId);
      lifecycle.failed(taskId, errorOf(task));
      return;
    }
    lifecycle.interrupted(taskId, errorOf(task));
  }

  /**
   * A passing error of the platform before the backup or restore has begun: there is nothing to
   * keep, and whoever started it wants to know now. The agent's own absence is waited for.
   */
  private boolean isHopeless(VmTask task) {
    boolean begun = !ledger.disks(task.getId()).isEmpty();
    return !begun && task.getError().filter(TaskConclusion::isAgentAway).isEmpty();
  }

  static boolean isAgentAway(ErrorCode code) {
    return switch (code) {
      case AGENT_UNREACHABLE, AGENT_TIMEOUT, AGENT_BUSY, SESSION_NOT_OPEN, INTERRUPTED -> true;
      default -> false;
    };
  }

  /** What was noted for the task, or that its execution ended without a word. */
  private static BackupException errorOf(VmTask task) {
    return task.getError()
        .map(code -> BackupException.of(code, NamedValues.read(task.errorParameters()), null))
        .orElseGet(
            () -> BackupException.of(ErrorCode.INTERRUPTED, "what", "VM " + task.getVmName()));
  }
}
