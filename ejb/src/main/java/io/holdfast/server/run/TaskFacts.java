package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.UUID;

/** A task together with its run, for the jobs, whose parameters are ids only. Thread-safe. */
@ApplicationScoped
@Transactional
public class TaskFacts {
  @Inject private RunRepository runs;
  @Inject private TaskRepository tasks;

  /** A task and its run as they are now. */
  public record Facts(VmTask task, BackupRun run) {}

  /**
   * The task and its run.
   *
   * @throws BackupException NOT_FOUND
   */
  public Facts of(UUID taskId) {
    VmTask task =
        tasks
            .find(taskId)
            .orElseThrow(
                () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "VM task", "id", taskId));
    return new Facts(task, runs.find(task.getRunId()).orElseThrow());
  }
}
