package io.holdfast.batch.transfer;

import io.holdfast.server.run.ReceiptWindow.Receipt;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What a transfer says to the agent. Errors are {@link io.holdfast.error.BackupException}. */
public interface ExtentChannel {
  /** The largest page of a plan that may be asked for. */
  int PAGE = 256;

  /**
   * Planned extents from an ordinal on, at most {@link #PAGE}; empty at the end. Does not wait;
   * cancelling the future gives the call up.
   */
  CompletableFuture<List<ExtentItem>> read(StreamRef stream, long fromOrdinal);

  /**
   * Has one extent moved; does not wait for it. Repeating it does no harm. There is no time limit;
   * cancelling the future gives the call up.
   */
  CompletableFuture<Receipt> transfer(StreamRef stream, ExtentItem extent);

  /** What a call's answer means; cancelling it cancels the call. */
  static <A, B> CompletableFuture<B> answer(CompletionStage<A> call, Function<A, B> meaning) {
    CompletableFuture<B> answer = call.thenApply(meaning).toCompletableFuture();
    answer.whenComplete(
        (value, failure) -> {
          if (answer.isCancelled()) {
            call.toCompletableFuture().cancel(true);
          }
        });
    return answer;
  }

  /**
   * Makes durable what has been moved in the stream. Does not wait; cancelling the future gives the
   * call up.
   *
   * @return first ordinal that is not durable
   */
  CompletableFuture<Long> sync(StreamRef stream, long nextOrdinal);
}
