package io.holdfast.batch.transfer;

import io.holdfast.server.run.TaskConclusion;
import io.holdfast.server.run.TaskLifecycle;
import jakarta.batch.api.BatchProperty;
import jakarta.batch.api.listener.JobListener;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.UUID;

/**
 * Tells the run feature that an execution begins and that it has ended, whatever its outcome; after
 * a crash the dispatcher and the boot reconciler do that.
 */
@Dependent
@Named("taskListener")
public class TaskListener implements JobListener {
  @Inject
  @BatchProperty(name = "taskId")
  private String taskId;

  @Inject private JobContext job;
  @Inject private LiveExecutions live;
  @Inject private TaskLifecycle lifecycle;
  @Inject private TaskConclusion conclusion;
  @Inject private RunningTransfers transfers;

  @Override
  public void beforeJob() {
    live.begun(job.getExecutionId());
    lifecycle.executing(UUID.fromString(taskId), job.getExecutionId());
  }

  @Override
  public void afterJob() {
    UUID task = UUID.fromString(taskId);
    transfers.end(task);
    try {
      conclusion.executionEnded(task);
    } finally {
      live.ended(job.getExecutionId());
    }
  }
}
