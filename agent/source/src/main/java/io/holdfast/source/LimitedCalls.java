package io.holdfast.source;

import io.holdfast.error.BackupException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Blocking calls of a library that may never come back, with a limit: a call that has not ended
 * then fails its future and is left to itself. What it brings is given to the caller only as long
 * as the caller waits, so calls work on memory of their own. Thread-safe.
 */
public final class LimitedCalls {
  private static final ScheduledThreadPoolExecutor WATCH = watch();
  private static final AtomicInteger HANGING = new AtomicInteger();

  private final WorkerThreads workers;

  /**
   * @param workers that make the calls; one that hangs is lost to them
   */
  public LimitedCalls(WorkerThreads workers) {
    this.workers = workers;
  }

  private static ScheduledThreadPoolExecutor watch() {
    ScheduledThreadPoolExecutor result =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "native-call-watch");
              thread.setDaemon(true);
              return thread;
            });
    result.setRemoveOnCancelPolicy(true);
    return result;
  }

  /** Calls of this process that were given up and have not come back. */
  public static int hanging() {
    return HANGING.get();
  }

  /**
   * Makes a call on a worker.
   *
   * @param call makes it and returns what hands its result over
   * @param limit from when it is begun, not from when it is asked for
   * @param refusal the error when it is not made any more
   * @param late the error when it is given up
   */
  public CompletableFuture<Void> run(
      Supplier<Runnable> call,
      Duration limit,
      WorkerThreads.Refusal refusal,
      Supplier<BackupException> late) {
    Pending pending = new Pending(late);
    CompletableFuture<Void> made =
        workers.run(
            () -> {
              pending.begin(limit);
              try {
                pending.deliver(call.get());
              } finally {
                pending.returned();
              }
            },
            refusal);
    FutureEnds.passOn(made, pending.done);
    return pending.done;
  }

  private static final class Pending {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Supplier<BackupException> late;
    private ScheduledFuture<?> limit;
    private boolean givenUp;
    private boolean delivered;

    private Pending(Supplier<BackupException> late) {
      this.late = late;
    }

    synchronized void begin(Duration after) {
      limit = WATCH.schedule(this::giveUp, after.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void giveUp() {
      synchronized (this) {
        if (delivered) {
          return;
        }
        givenUp = true;
        HANGING.incrementAndGet();
      }
      done.completeExceptionally(late.get());
    }

    synchronized void deliver(Runnable handOver) {
      if (!givenUp) {
        handOver.run();
        delivered = true;
      }
    }

    synchronized void returned() {
      limit.cancel(false);
      if (givenUp) {
        HANGING.decrementAndGet();
      } else {
        delivered = true;
      }
    }
  }
}
