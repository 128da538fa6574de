package io.holdfast.source;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Joins the pieces of one split request. Its future completes when <em>every</em> piece has ended,
 * well or badly: only then is the caller's buffer free again. The first failure wins. Pieces are
 * added by one thread and may end on any.
 */
public final class PendingPieces {
  private final CompletableFuture<Void> all = new CompletableFuture<>();
  private final AtomicInteger open = new AtomicInteger(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Runnable onSuccess;

  /**
   * @param onSuccess runs before the future completes well
   */
  public PendingPieces(Runnable onSuccess) {
    this.onSuccess = onSuccess;
  }

  public void add(CompletableFuture<Void> piece) {
    open.incrementAndGet();
    FutureEnds.onEnd(piece, this::ended);
  }

  /** No more pieces will come; the future of all. */
  public CompletableFuture<Void> allAdded() {
    ended(null);
    return all;
  }

  private void ended(Throwable error) {
    if (error != null) {
      failure.compareAndSet(null, error);
    }
    if (open.decrementAndGet() > 0) {
      return;
    }
    Throwable first = failure.get();
    if (first == null) {
      onSuccess.run();
      all.complete(null);
    } else {
      all.completeExceptionally(first);
    }
  }
}
