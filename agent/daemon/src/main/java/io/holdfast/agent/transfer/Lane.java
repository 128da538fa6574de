package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The work of one stream: steps are done in the order they came, on one worker while there are any,
 * {@value #STEPS_AT_ONCE} of them under way at a time. At most {@value #MAX_WAITING} wait; one more
 * fails AGENT_BUSY. Thread-safe.
 */
public final class Lane {
  static final int MAX_WAITING = 64;
  private static final int STEPS_AT_ONCE = 4;

  private final String session;
  private final Executor workers;
  private final Deque<LaneStep> waiting = new ArrayDeque<>();
  private boolean working;
  private boolean closed;

  /**
   * @param session named when a step comes after the end
   * @param workers one thread per busy lane; may refuse, which fails steps AGENT_BUSY
   */
  public Lane(String session, Executor workers) {
    this.session = session;
    this.workers = workers;
  }

  /** Adds a step; it ends by {@link LaneStep#finish} or {@link LaneStep#fail}. */
  public void submit(LaneStep step) {
    synchronized (this) {
      if (closed) {
        step.fail(notOpen());
        return;
      }
      if (waiting.size() >= MAX_WAITING) {
        step.fail(BackupException.of(ErrorCode.AGENT_BUSY));
        return;
      }
      waiting.add(step);
      if (working) {
        return;
      }
      working = true;
    }
    try {
      workers.execute(this::work);
    } catch (RejectedExecutionException full) {
      rejected(BackupException.causedBy(full, ErrorCode.AGENT_BUSY));
    }
  }

  private void rejected(BackupException busy) {
    Deque<LaneStep> refused;
    synchronized (this) {
      working = false;
      refused = new ArrayDeque<>(waiting);
      waiting.clear();
      notifyAll();
    }
    refused.forEach(step -> step.fail(busy));
  }

  private void work() {
    Deque<LaneStep> begun = new ArrayDeque<>();
    while (fill(begun)) {
      LaneStep first = begun.remove();
      try {
        first.finish();
      } catch (RuntimeException | Error failure) {
        first.fail(failure);
      }
    }
  }

  /** Begins steps as memory allows; false when there is nothing more to do. */
  private boolean fill(Deque<LaneStep> begun) {
    while (begun.size() < STEPS_AT_ONCE) {
      LaneStep next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null && begun.isEmpty()) {
          working = false;
          notifyAll();
          return false;
        }
      }
      if (next == null) {
        return true;
      }
      if (!begin(next, begun)) {
        synchronized (this) {
          waiting.addFirst(next);
        }
        return true;
      }
    }
    return true;
  }

  private static boolean begin(LaneStep next, Deque<LaneStep> begun) {
    try {
      if (!next.begin(begun.isEmpty())) {
        return false;
      }
      begun.add(next);
    } catch (RuntimeException | Error failure) {
      next.fail(failure);
    }
    return true;
  }

  /**
   * Takes no more steps, fails those that wait, lets those begun end.
   *
   * @param seconds to wait at most
   * @return whether nothing is under way any more
   */
  public boolean close(int seconds) {
    Deque<LaneStep> refused;
    synchronized (this) {
      closed = true;
      refused = new ArrayDeque<>(waiting);
      waiting.clear();
    }
    refused.forEach(step -> step.fail(notOpen()));
    return awaitIdle(seconds);
  }

  private synchronized boolean awaitIdle(int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    try {
      while (working) {
        long rest = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (rest <= 0) {
          return false;
        }
        wait(rest);
      }
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private BackupException notOpen() {
    return BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", session);
  }
}
