package io.holdfast.web.rest.batch;

import io.holdfast.server.execution.BatchExecution;
import io.holdfast.server.execution.BatchExecutionService.Handled;
import io.holdfast.server.execution.BatchStep;
import io.holdfast.server.run.VmTask;
import java.time.Instant;

/**
 * An execution; times are ISO 8601, empty when not yet.
 *
 * @param status STARTING, STARTED, STOPPING, STOPPED, FAILED, COMPLETED or ABANDONED
 * @param alive whether this server is at work on it; a crash leaves one STARTED that is not
 * @param task the VM task it works for; null for start-backup
 */
public record ExecutionEntry(
    long id,
    long instanceId,
    String job,
    String status,
    String exitStatus,
    boolean alive,
    String createdAt,
    String startedAt,
    String endedAt,
    Task task) {

  /**
   * The VM task as it is now.
   *
   * @param held whether an operator has stopped it, so that it waits for a restart
   * @param latestExecutionId the execution that works for it now, another one after a restart; null
   *     before the first
   */
  public record Task(
      String id, String runId, String vmName, String state, boolean held, Long latestExecutionId) {
    static Task of(VmTask task) {
      return new Task(
          task.getId().toString(),
          task.getRunId().toString(),
          task.getVmName(),
          task.getState().name(),
          task.isHeld(),
          task.getExecutionId());
    }
  }

  /**
   * A step of an execution.
   *
   * @param metrics what the engine counted; of a partitioned step the sum of its parts
   * @param failure what the engine noted of an exception, for support
   * @param partitions parts of a partitioned step, else 0
   */
  public record Step(
      long id,
      String name,
      String status,
      String exitStatus,
      String startedAt,
      String endedAt,
      BatchStep.Metrics metrics,
      String failure,
      int partitions) {
    static Step of(BatchStep step) {
      return new Step(
          step.id(),
          step.name(),
          step.status().name(),
          step.exitStatus(),
          time(step.startedAt()),
          time(step.endedAt()),
          step.metrics(),
          step.failure(),
          step.partitions());
    }
  }

  static ExecutionEntry of(Handled handled) {
    BatchExecution execution = handled.execution();
    return new ExecutionEntry(
        execution.id(),
        execution.instanceId(),
        execution.job(),
        execution.status().name(),
        execution.exitStatus(),
        handled.alive(),
        time(execution.createdAt()),
        time(execution.startedAt()),
        time(execution.endedAt()),
        handled.task().map(Task::of).orElse(null));
  }

  private static String time(Instant instant) {
    return instant == null ? "" : instant.toString();
  }
}
