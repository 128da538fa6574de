package io.holdfast.agent.throttle;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Real time and one thread for all limiters of a process; it starts what was held back. */
public final class SystemThrottleTime implements ThrottleTime, AutoCloseable {
  private final Clock clock;
  private final ScheduledThreadPoolExecutor timer;

  public SystemThrottleTime(Clock clock) {
    this.clock = clock;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread thread = new Thread(work, "holdfast-throttle");
              thread.setDaemon(true);
              return thread;
            });
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public void schedule(Runnable work, long delayNanos) {
    if (!timer.isShutdown()) {
      timer.schedule(work, delayNanos, TimeUnit.NANOSECONDS);
    }
  }

  /** Nothing that is held back is started any more. */
  @Override
  public void close() {
    timer.shutdown();
  }
}
