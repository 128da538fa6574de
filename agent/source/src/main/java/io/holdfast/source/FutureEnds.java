package io.holdfast.source;

import io.holdfast.error.BackupException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** How futures of disk requests end: always with the error itself, never with a wrapping of it. */
public final class FutureEnds {
  private FutureEnds() {}

  /** A future that has failed already. */
  public static CompletableFuture<Void> failed(BackupException failure) {
    return CompletableFuture.failedFuture(failure);
  }

  /** Calls back when the future ends, with its error or null. */
  @SuppressWarnings(
      "FutureReturnValueIgnored") // The callback sees the error; nobody else needs to.
  public static void onEnd(CompletableFuture<?> future, Consumer<Throwable> callback) {
    future.whenComplete((done, error) -> callback.accept(unwrapped(error)));
  }

  /** Lets {@code to} end as {@code from} does. */
  public static void passOn(CompletableFuture<?> from, CompletableFuture<Void> to) {
    onEnd(
        from,
        error -> {
          if (error == null) {
            to.complete(null);
          } else {
            to.completeExceptionally(error);
          }
        });
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable inner = failure;
    while (inner instanceof CompletionException && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }
}
