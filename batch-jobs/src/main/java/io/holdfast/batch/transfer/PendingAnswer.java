package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * An answer of the agent that is waited for with open eyes: a stop, or a sibling's failure, ends
 * the waiting and the call.
 */
final class PendingAnswer {
  /** After how long the waiting one looks up. */
  static final Duration LOOK = Duration.ofSeconds(1);

  private PendingAnswer() {}

  /**
   * Waits for an answer that has a time limit of its own.
   *
   * @throws BackupException what the agent said; INTERRUPTED
   */
  static <A> A await(CompletableFuture<A> answer, TransferPatience patience) {
    return await(answer, patience, notYet -> {});
  }

  /**
   * As above.
   *
   * @param each is called after each {@link #LOOK}; what it throws ends waiting and call
   */
  static <A> A await(
      CompletableFuture<A> answer, TransferPatience patience, Consumer<TimeoutException> each) {
    try {
      while (true) {
        try {
          return answer.get(patience.wait(LOOK).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
          if (patience.isOver()) {
            throw BackupException.causedBy(notYet, ErrorCode.INTERRUPTED, "what", "transfer");
          }
          each.accept(notYet);
        }
      }
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof BackupException failure) {
        throw failure;
      }
      throw BackupException.causedBy(
          failed, ErrorCode.INTERNAL_ERROR, "what", String.valueOf(failed.getCause()));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(stop, ErrorCode.INTERRUPTED, "what", "transfer");
    } finally {
      // Ends a call that is given up: its answer is of no use, and asking again does no harm.
      answer.cancel(true);
    }
  }
}
