package io.holdfast.source.rbd.jna;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Calls that need more stack than a thread of the agent has: loading librados builds the list of
 * all its options on the stack, about 1 MiB with release 16, and overflows a thread of less with a
 * signal that ends the process.
 */
final class DeepStack {
  private static final long BYTES = 8L << 20;

  private DeepStack() {}

  /** Runs it on a thread of its own, with 8 MiB of stack, and waits for its end. */
  static <T> T call(Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread = new Thread(null, () -> finish(result, work), "ceph", BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return result.join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failure.getCause();
    }
  }

  private static <T> void finish(CompletableFuture<T> result, Supplier<T> work) {
    try {
      result.complete(work.get());
    } catch (RuntimeException | Error failure) {
      result.completeExceptionally(failure);
    }
  }
}
