package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Stops runs. Only the tables change here; the dispatcher sees STOPPING tasks, stops their
 * executions and releases what they hold, after a crash as well. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class RunStopper {
  @Inject private RunRepository runs;
  @Inject private TaskRepository tasks;
  @Inject private TaskLifecycle lifecycle;
  @Inject private RunLog log;
  @Inject private Clock clock;
  @Inject private Event<QueueChanged> queueChanged;

  /**
   * Stops a run.
   *
   * @throws BackupException NOT_FOUND, RUN_NOT_ACTIVE
   */
  public void stop(UUID runId, String user) {
    // Everybody locks the rows of tasks first and that of their run then: whoever ends a task or
    // claims one does so, and every line of a log refers to its run.
    List<VmTask> listed = locked(tasks.ofRun(runId));
    BackupRun run =
        runs.lock(runId)
            .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "run", "id", runId));
    if (run.getState().isEnded()) {
      throw BackupException.of(ErrorCode.RUN_NOT_ACTIVE, "run", run.getJobName());
    }
    run.become(RunState.STOPPING, clock.instant());
    BackupException stopped = BackupException.of(ErrorCode.STOPPED_BY_USER, "user", user);
    for (VmTask task : listed.isEmpty() ? locked(tasks.ofRun(runId)) : listed) {
      if (task.getState().isEnded()) {
        continue;
      }
      task.note(stopped);
      log.warning(task, stopped.code(), Map.copyOf(stopped.parameters()));
      task.become(
          task.getState().isExecuting() ? TaskState.STOPPING : TaskState.STOPPED, clock.instant());
    }
    run.setExpanded();
    lifecycle.endRunIfComplete(runId);
    queueChanged.fire(new QueueChanged());
  }

  private List<VmTask> locked(List<VmTask> listed) {
    return listed.stream().map(task -> tasks.lock(task.getId()).orElseThrow()).toList();
  }
}
