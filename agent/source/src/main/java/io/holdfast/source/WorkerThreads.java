package io.holdfast.source;

import io.holdfast.error.BackupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few threads that turn the blocking calls of one disk into futures. What is chained to a future
 * runs on such a thread and must not block. Thread-safe.
 */
public final class WorkerThreads {
  private static final long END_SECONDS = 30;

  private final ThreadPoolExecutor executor;
  private final int count;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /**
   * @param count threads, 1 or more
   */
  public WorkerThreads(String name, int count) {
    this.count = count;
    this.executor =
        new ThreadPoolExecutor(
            count,
            count,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> thread(name, task));
  }

  private Thread thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
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
    } catch (RejectedExecutionException ended) {
      task.refuse(ended);
    }
    return task.done;
  }

  /**
   * Refuses what has not begun and waits for what has, up to half a minute; idempotent. When called
   * by one of the threads, for instance from a future's continuation, it does not wait.
   *
   * @return whether no thread uses a buffer or handle any more
   */
  public boolean end() {
    executor.shutdown();
    List<Runnable> waiting = new ArrayList<>();
    executor.getQueue().drainTo(waiting);
    waiting.forEach(task -> ((Task) task).refuse(null));
    if (isOneOfThem()) {
      return false;
    }
    try {
      return executor.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether the calling thread is one of these: then it must not wait for them. */
  public boolean isOneOfThem() {
    return threads.contains(Thread.currentThread());
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
