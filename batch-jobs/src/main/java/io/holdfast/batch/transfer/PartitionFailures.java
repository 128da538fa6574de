package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.TaskLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.UUID;

/**
 * Keeps what failed, because the engine tells a listener only that something did. Written in a
 * transaction of its own: the failed part's rolls back. Thread-safe.
 */
@ApplicationScoped
public class PartitionFailures {
  @Inject private TaskLifecycle lifecycle;
  @Inject private RunningTransfers transfers;

  /** Notes a failure for the task and ends the siblings; returns what is to be thrown. */
  public BackupException noted(UUID taskId, RuntimeException failure) {
    BackupException known =
        failure instanceof BackupException said
            ? said
            : BackupException.causedBy(
                failure, ErrorCode.INTERNAL_ERROR, "what", String.valueOf(failure));
    transfers.failed(taskId);
    lifecycle.noteFailure(taskId, known);
    return known;
  }
}
