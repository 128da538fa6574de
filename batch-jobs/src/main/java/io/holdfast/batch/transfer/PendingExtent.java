package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.ReceiptWindow.Receipt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An extent under way at the agent. */
final class PendingExtent {
  /** Longer than the protocol's time limit of a call, shorter than the window's transaction. */
  private static final long LIMIT_SECONDS = 330;

  private final ExtentItem item;
  private final CompletableFuture<Receipt> receipt;

  PendingExtent(ExtentItem item, CompletionStage<Receipt> receipt) {
    this.item = item;
    this.receipt = receipt.toCompletableFuture();
  }

  /**
   * Waits for the receipt.
   *
   * @throws BackupException what the agent said; AGENT_TIMEOUT; INTERRUPTED
   */
  Receipt await() {
    try {
      return receipt.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof BackupException failure) {
        throw failure;
      }
      throw BackupException.causedBy(
          failed, ErrorCode.INTERNAL_ERROR, "what", String.valueOf(failed.getCause()));
    } catch (TimeoutException late) {
      throw BackupException.causedBy(
          late,
          ErrorCode.AGENT_TIMEOUT,
          "agent",
          "",
          "operation",
          "transfer of extent " + item.ordinal(),
          "seconds",
          LIMIT_SECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(stop, ErrorCode.INTERRUPTED, "what", "transfer");
    }
  }
}
