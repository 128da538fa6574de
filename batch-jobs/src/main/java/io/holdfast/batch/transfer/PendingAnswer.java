package io.holdfast.batch.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * An answer of the agent that is waited for with open eyes: a stop, or a sibling's failure, ends
 * the waiting and the call.
 */
public final class PendingAnswer {
  /** After how long the waiting one looks up. */
  static final Duration LOOK = Duration.ofSeconds(1);

  private static final String TRANSFER = "transfer";

  private PendingAnswer() {}

  /**
   * Waits for an answer without a time limit of its own here: the call's one counts.
   *
   * @param what is waited for, for the error
   * @param isOver whether the waiting one is to stop; asked every second
   * @throws BackupException what the agent said; INTERRUPTED
   */
  public static <A> A await(CompletableFuture<A> answer, String what, BooleanSupplier isOver) {
    return await(answer, LOOK, what, notYet -> requireGoing(isOver.getAsBoolean(), what, notYet));
  }

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
    return await(
        answer,
        patience.wait(LOOK),
        TRANSFER,
        notYet -> {
          requireGoing(patience.isOver(), TRANSFER, notYet);
          each.accept(notYet);
        });
  }

  private static <A> A await(
      CompletableFuture<A> answer, Duration look, String what, Consumer<TimeoutException> each) {
    try {
      while (true) {
        try {
          return answer.get(look.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
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
      throw BackupException.causedBy(stop, ErrorCode.INTERRUPTED, "what", what);
    } finally {
      // Ends a call that is given up: its answer is of no use, and asking again does no harm.
      answer.cancel(true);
    }
  }

  private static void requireGoing(boolean isOver, String what, TimeoutException notYet) {
    if (isOver) {
      throw BackupException.causedBy(notYet, ErrorCode.INTERRUPTED, "what", what);
    }
  }
}
