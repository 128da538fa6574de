package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.UUID;

/**
 * What an operator does to the execution of one VM task (API-01). Only the task's row changes here,
 * under its lock; the dispatcher stops, goes on and releases, as it does by itself. So a task that
 * a person restarts while the dispatcher does so too is claimed once. Each method is one
 * transaction. Thread-safe.
 *
 * <p>Errors of all methods: NOT_FOUND for an unknown task; EXECUTION_SUPERSEDED when another
 * execution works for the task by now; EXECUTION_STATE_REFUSED when the task is in a state that
 * excludes it, which the error names.
 */
@ApplicationScoped
@Transactional
public class TaskInterventions {
  @Inject private TaskRepository tasks;
  @Inject private TaskLifecycle lifecycle;
  @Inject private RunLog log;
  @Inject private Clock clock;
  @Inject private Event<QueueChanged> queueChanged;

  /**
   * Stops the execution at the end of its window and keeps the task from going on by itself:
   * snapshot and position stay until {@link #resume}, {@link #abandon}, or until its run's
   * reconnect time is over. Repeating it does no harm.
   */
  public void hold(UUID taskId, long executionId, String user) {
    VmTask task = locked(taskId, executionId);
    boolean atWork = task.getState().isExecuting() && task.getState() != TaskState.STOPPING;
    if (!atWork && task.getState() != TaskState.INTERRUPTED) {
      throw refused(task, executionId);
    }
    if (!task.isHeld()) {
      task.hold(true);
      log.info(task, NoticeCode.VM_TASK_HELD, "vm", task.getVmName(), "user", user);
    }
    queueChanged.fire(new QueueChanged());
  }

  /** Lets an interrupted task go on, at once when its agent is online. */
  public void resume(UUID taskId, long executionId, String user) {
    VmTask task = locked(taskId, executionId);
    if (task.getState() != TaskState.INTERRUPTED) {
      throw refused(task, executionId);
    }
    task.hold(false);
    task.retryAt(clock.instant());
    log.info(task, NoticeCode.VM_TASK_RESTART_ASKED, "vm", task.getVmName(), "user", user);
    queueChanged.fire(new QueueChanged());
  }

  /**
   * Gives an interrupted task up: it becomes STOPPED, and what it holds on platform, agent and in
   * the pool is released as after a stop of its run. An older or ended execution changes nothing of
   * the task.
   */
  public void abandon(UUID taskId, long executionId, String user) {
    VmTask task = lock(taskId);
    if (isOld(task, executionId) || task.getState().isEnded()) {
      return;
    }
    if (task.getState() != TaskState.INTERRUPTED) {
      throw refused(task, executionId);
    }
    BackupException stopped = BackupException.of(ErrorCode.STOPPED_BY_USER, "user", user);
    task.note(stopped);
    log.warning(task, stopped.code(), stopped.parameters());
    task.become(TaskState.STOPPED, clock.instant());
    lifecycle.endRunIfComplete(task.getRunId());
    queueChanged.fire(new QueueChanged());
  }

  private VmTask locked(UUID taskId, long executionId) {
    VmTask task = lock(taskId);
    if (isOld(task, executionId)) {
      throw BackupException.of(
          ErrorCode.EXECUTION_SUPERSEDED,
          "execution",
          executionId,
          "vm",
          task.getVmName(),
          "latest",
          task.getExecutionId());
    }
    return task;
  }

  private VmTask lock(UUID taskId) {
    return tasks
        .lock(taskId)
        .orElseThrow(
            () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "VM task", "id", taskId));
  }

  /** Before the dispatcher has written down a new execution, the old one counts. */
  private static boolean isOld(VmTask task, long executionId) {
    return task.getExecutionId() != null && task.getExecutionId() != executionId;
  }

  private static BackupException refused(VmTask task, long executionId) {
    return BackupException.of(
        ErrorCode.EXECUTION_STATE_REFUSED,
        "execution",
        executionId,
        "vm",
        task.getVmName(),
        "state",
        task.getState().name());
  }
}
