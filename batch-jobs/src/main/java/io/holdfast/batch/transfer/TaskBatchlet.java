package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.server.run.TaskFacts;
import io.holdfast.server.run.TaskFacts.Facts;
import jakarta.batch.api.BatchProperty;
import jakarta.batch.api.Batchlet;
import jakarta.inject.Inject;
import java.util.UUID;

/** A step of a VM task that is one call or a few; what fails it is noted for the task. */
public abstract class TaskBatchlet implements Batchlet {
  /** Exit status of a step after which the next one follows. */
  public static final String NEXT = "NEXT";

  /** Exit status: everything is done for good, only the release is left. */
  public static final String ACCOMPLISHED = "ACCOMPLISHED";

  /** Exit status: there is no extent to transfer. */
  public static final String NOTHING_TO_TRANSFER = "NOTHING_TO_TRANSFER";

  /** Exit status: a rule of the policy leaves the VM out; nothing is held. */
  public static final String SKIPPED = "SKIPPED";

  @Inject
  @BatchProperty(name = "taskId")
  private String taskId;

  @Inject private TaskFacts facts;
  @Inject private PartitionFailures failures;

  private volatile boolean stopped;

  @Override
  public final String process() {
    UUID task = UUID.fromString(taskId);
    try {
      return perform(facts.of(task));
    } catch (BackupException failure) {
      throw failures.noted(task, failure);
    }
  }

  /** Does the step; returns its exit status. */
  protected abstract String perform(Facts now);

  @Override
  public final void stop() {
    stopped = true;
  }

  /** Whether the engine asked the step to end. */
  protected final boolean isStopped() {
    return stopped;
  }
}
