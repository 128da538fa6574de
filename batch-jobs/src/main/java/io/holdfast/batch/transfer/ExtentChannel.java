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

  /** Planned extents from an ordinal on, at most {@link #PAGE}; empty at the end. */
  List<ExtentItem> read(StreamRef stream, long fromOrdinal);

  /**
   * Has one extent moved; does not wait for it. Repeating it does no harm. There is no time limit;
   * cancelling the future gives the call up.
   */
  CompletableFuture<Receipt> transfer(StreamRef stream, ExtentItem extent);

  /** A call's receipt; cancelling it cancels the call. */
  static <A> CompletableFuture<Receipt> receipt(
      CompletionStage<A> call, Function<A, Receipt> meaning) {
    CompletableFuture<Receipt> receipt = call.thenApply(meaning).toCompletableFuture();
    receipt.whenComplete(
        (value, failure) -> {
          if (receipt.isCancelled()) {
            call.toCompletableFuture().cancel(true);
          }
        });
    return receipt;
  }

  /**
   * Makes durable what has been moved in the stream.
   *
   * @return first ordinal that is not durable
   */
  long sync(StreamRef stream, long nextOrdinal);
}
