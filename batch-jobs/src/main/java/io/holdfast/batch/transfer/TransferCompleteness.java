package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TransferLedger;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.UUID;

/** Our own proof that a transfer is whole; the engine's "completed" is not one. Thread-safe. */
@ApplicationScoped
public class TransferCompleteness {
  @Inject private TransferLedger ledger;
  @Inject private TaskLifecycle lifecycle;

  /**
   * Passes when every planned extent is durable.
   *
   * @throws BackupException INTERRUPTED otherwise; the task then goes on with a new execution,
   *     because the engine would not run partitions again that it takes for completed
   */
  public void require(UUID taskId) {
    if (!ledger.isComplete(taskId)) {
      lifecycle.forgetExecution(taskId);
      throw BackupException.of(ErrorCode.INTERRUPTED, "what", "transfer");
    }
  }
}
