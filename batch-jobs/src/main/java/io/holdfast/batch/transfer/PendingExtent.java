package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.ReceiptWindow.Receipt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An extent under way at the agent. */
final class PendingExtent {
  /** How long an agent may take when no speed limit holds it back. */
  static final Duration LIMIT = Duration.ofSeconds(330);

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ExtentItem item;
  private final CompletableFuture<Receipt> receipt;

  PendingExtent(ExtentItem item, CompletableFuture<Receipt> receipt) {
    this.item = item;
    this.receipt = receipt;
  }

  /**
   * Waits for the receipt. The time limit does not run while a speed limit may hold the extent
   * back; a stop, or a sibling's failure, ends the waiting in any case.
   *
   * @throws BackupException what the agent said; AGENT_TIMEOUT; INTERRUPTED
   */
  Receipt await(TransferPatience patience) {
    Duration waited = Duration.ZERO;
    while (true) {
      try {
        return receipt.get(patience.wait(LOOK).toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        if (patience.isOver()) {
          throw givenUp(notYet, ErrorCode.INTERRUPTED, "what", "transfer");
        }
        waited = patience.isHeldBack() ? Duration.ZERO : waited.plus(LOOK);
        if (waited.compareTo(LIMIT) >= 0) {
          throw givenUp(
              notYet,
              ErrorCode.AGENT_TIMEOUT,
              "agent",
              "",
              "operation",
              "transfer of extent " + item.ordinal(),
              "seconds",
              LIMIT.toSeconds());
        }
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof BackupException failure) {
          throw failure;
        }
        throw BackupException.causedBy(
            failed, ErrorCode.INTERNAL_ERROR, "what", String.valueOf(failed.getCause()));
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw givenUp(stop, ErrorCode.INTERRUPTED, "what", "transfer");
      }
    }
  }

  /** Ends the call too: the agent's answer is of no use any more, and asking again does no harm. */
  private BackupException givenUp(Exception cause, ErrorCode code, Object... parameters) {
    receipt.cancel(true);
    return BackupException.causedBy(cause, code, parameters);
  }
}
