package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.ReceiptWindow.Receipt;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** An extent under way at the agent. */
final class PendingExtent {
  /** How long an agent may take beside what speed limits hold back. */
  static final Duration LIMIT = Duration.ofSeconds(330);

  private final ExtentItem item;
  private final CompletableFuture<Receipt> receipt;

  PendingExtent(ExtentItem item, CompletableFuture<Receipt> receipt) {
    this.item = item;
    this.receipt = receipt;
  }

  /**
   * Waits for the receipt: as long as a speed limit may hold the extent back, and {@link #LIMIT}. A
   * stop, or a sibling's failure, ends the waiting in any case.
   *
   * @throws BackupException what the agent said; AGENT_TIMEOUT; INTERRUPTED
   */
  Receipt await(TransferPatience patience) {
    Waited waited = new Waited();
    return PendingAnswer.await(
        receipt, patience, notYet -> waited.look(patience.mayHoldBack(), notYet));
  }

  private final class Waited {
    private Duration time = Duration.ZERO;
    private Optional<Duration> held = Optional.of(Duration.ZERO);

    /** What was held back under a lower rate has its time anew: it may be late in the queue. */
    void look(Optional<Duration> heldNow, TimeoutException notYet) {
      if (heldNow.isEmpty() || held.isEmpty() || heldNow.get().compareTo(held.get()) < 0) {
        time = Duration.ZERO;
      }
      held = heldNow;
      time = time.plus(PendingAnswer.LOOK);
      Duration most = heldNow.map(LIMIT::plus).orElse(time.plus(LIMIT));
      if (time.compareTo(most) >= 0) {
        throw BackupException.causedBy(
            notYet,
            ErrorCode.AGENT_TIMEOUT,
            "agent",
            "",
            "operation",
            "transfer of extent " + item.ordinal(),
            "seconds",
            most.toSeconds());
      }
    }
  }
}
