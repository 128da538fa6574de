package io.holdfast.source;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Opens something through a library that may never answer: on a thread of its own, with a limit.
 * What comes when nobody waits for it any more is closed. Immutable, thread-safe.
 *
 * @param name the thread's name
 * @param limit how long is waited
 * @param what what waited, for the error of an interruption
 * @param late the error when it has not come
 */
public record LimitedOpening(
    String name, Duration limit, String what, Supplier<BackupException> late) {

  /** What {@code open} gives, or its {@link BackupException}, or {@link #late}. */
  public <T> T open(Supplier<T> open, Consumer<T> close) {
    CompletableFuture<T> opened = new CompletableFuture<>();
    Thread opening = new Thread(() -> hand(open, close, opened), name);
    opening.setDaemon(true);
    opening.start();
    return within(opened);
  }

  private static <T> void hand(Supplier<T> open, Consumer<T> close, CompletableFuture<T> to) {
    try {
      T result = open.get();
      if (!to.complete(result)) {
        close.accept(result);
      }
    } catch (RuntimeException | Error failure) {
      to.completeExceptionally(failure);
    }
  }

  private <T> T within(CompletableFuture<T> opened) {
    try {
      return opened.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof BackupException known) {
        throw known;
      }
      throw new IllegalStateException(failure.getCause());
    } catch (TimeoutException silent) {
      BackupException error = late.get();
      if (opened.completeExceptionally(error)) {
        throw error;
      }
      return opened.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      BackupException ended =
          BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", what);
      opened.completeExceptionally(ended);
      throw ended;
    }
  }
}
