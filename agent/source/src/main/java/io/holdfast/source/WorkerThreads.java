package io.holdfast.source;

import io.holdfast.error.BackupException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few threads that turn the blocking calls of one disk into futures. What is chained to a future
 * runs on such a thread and must not block. Thread-safe.
 */
public final class WorkerThreads implements AutoCloseable {
  private static final long CLOSE_SECONDS = 30;

  private final ThreadPoolExecutor executor;
  private final int count;

  /**
   * @param count threads, 1 or more
   */
  public WorkerThreads(String name, int count) {
    this.count = count;
    this.executor =
        new ThreadPoolExecutor(
            count,
            count,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  public int count() {
    return count;
  }

  /**
   * Runs a blocking call. Its {@link BackupException} fails the future; anything else it throws
   * does too, as a defect.
   */
  public CompletableFuture<Void> run(Runnable call, Refusal refusal) {
    Task task = new Task(call, refusal, new CompletableFuture<>());
    try {
      executor.execute(task);
    } catch (RejectedExecutionException closed) {
      task.refuse(closed);
    }
    return task.done;
  }

  /**
   * Refuses what has not begun and waits for what has, so that no thread uses a buffer or handle.
   */
  @Override
  public void close() {
    for (Runnable waiting : executor.shutdownNow()) {
      ((Task) waiting).refuse(null);
    }
    try {
      executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The error of a call that will not be made any more. */
  public interface Refusal {
    BackupException of(Throwable cause);
  }

  private record Task(Runnable call, Refusal refusal, CompletableFuture<Void> done)
      implements Runnable {
    @Override
    public void run() {
      try {
        call.run();
        done.complete(null);
      } catch (RuntimeException | Error failure) {
        done.completeExceptionally(failure);
      }
    }

    void refuse(Throwable cause) {
      done.completeExceptionally(refusal.of(cause));
    }
  }
}
