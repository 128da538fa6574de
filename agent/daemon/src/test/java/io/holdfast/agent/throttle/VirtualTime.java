package io.holdfast.agent.throttle;

import java.time.Instant;
import java.util.PriorityQueue;

/** Time that passes when it is told to; what was planned runs at its moment. Used by one thread. */
final class VirtualTime implements ThrottleTime {
  private final PriorityQueue<Planned> planned = new PriorityQueue<>();
  private final Instant begin;
  private long nanos;

  private record Planned(long at, Runnable work) implements Comparable<Planned> {
    @Override
    public int compareTo(Planned other) {
      return Long.compare(at, other.at);
    }
  }

  VirtualTime(Instant begin) {
    this.begin = begin;
  }

  @Override
  public Instant now() {
    return begin.plusNanos(nanos);
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public void schedule(Runnable work, long delayNanos) {
    planned.add(new Planned(nanos + delayNanos, work));
  }

  /** Lets time pass. */
  void pass(double seconds) {
    long end = nanos + (long) (seconds * 1e9);
    while (!planned.isEmpty() && planned.peek().at() <= end) {
      Planned next = planned.remove();
      nanos = Math.max(nanos, next.at());
      next.work().run();
    }
    nanos = end;
  }
}
