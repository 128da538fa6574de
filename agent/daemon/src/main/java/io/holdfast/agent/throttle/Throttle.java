package io.holdfast.agent.throttle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A token bucket that bytes pass in the order they came, whoever brings them. It starts empty and
 * gathers at most {@value #BURST_MILLIS} ms, so that over ten seconds no more than 2.5 % too much
 * can pass, and a wake-up that comes late costs nothing. What passes may overdraw the bucket once;
 * the next one waits until that is paid. Thread-safe; nothing waits under its lock but {@link
 * #awaitRoom}.
 */
public final class Throttle {
  private static final int BURST_MILLIS = 250;
  private static final int UNITS_PER_SECOND = 20;
  private static final int MIN_UNIT_BYTES = 4 << 10;
  private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SHORTEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final double NANOS_PER_SECOND = 1e9;
  private static final CompletableFuture<Void> PASSED = CompletableFuture.completedFuture(null);

  private final ThrottleTime time;
  private final Deque<Waiting> line = new ArrayDeque<>();
  private RateSchedule schedule;
  private double tokens;
  private long countedToNanos;
  private Instant countedTo;
  private long waitingBytes;
  private long reservedBytes;
  private long nextLookNanos = Long.MAX_VALUE;

  private record Waiting(long bytes, CompletableFuture<Void> future) {}

  public Throttle(RateSchedule schedule, ThrottleTime time) {
    this.schedule = schedule;
    this.time = time;
    this.countedToNanos = time.nanoTime();
    this.countedTo = time.now();
  }

  /** Another schedule from now on; what waits goes on by it. */
  public void limit(RateSchedule next) {
    List<Waiting> passing;
    synchronized (this) {
      gather();
      boolean wasUnlimited = rate() == RateSchedule.UNLIMITED;
      schedule = next;
      if (wasUnlimited) {
        tokens = 0;
      }
      passing = takePassing();
      notifyAll();
    }
    complete(passing);
  }

  /** Bytes per second that hold now; {@link RateSchedule#UNLIMITED} for no limit. */
  public synchronized long bytesPerSecond() {
    return schedule.rateAt(time.now());
  }

  /** The next instant at which the rate may change. */
  public synchronized Instant nextChange() {
    return schedule.nextChange(time.now());
  }

  /** Whether nothing limits now and nothing waits: no need to ask. */
  public synchronized boolean isOpen() {
    return line.isEmpty() && bytesPerSecond() == RateSchedule.UNLIMITED;
  }

  /**
   * The largest request that keeps the flow even: a twentieth of a second's bytes.
   *
   * @param requestBytes the largest that the disk likes
   */
  public int unitBytes(int requestBytes) {
    long unit = Math.max(MIN_UNIT_BYTES, bytesPerSecond() / UNITS_PER_SECOND);
    return (int) Math.min(requestBytes, unit);
  }

  /**
   * Asks to pass.
   *
   * @return completes when the bytes may go, on the thread that lets them
   */
  public CompletableFuture<Void> pass(long bytes) {
    Waiting waiting = new Waiting(bytes, new CompletableFuture<>());
    List<Waiting> passing;
    synchronized (this) {
      if (isOpen()) {
        return PASSED;
      }
      line.add(waiting);
      waitingBytes += bytes;
      passing = takePassing();
    }
    complete(passing);
    return waiting.future();
  }

  /**
   * Settles a guess: more or, negative, fewer bytes went than had been asked for.
   *
   * @param bytes to pay, or given back
   */
  public synchronized void correct(long bytes) {
    if (bytesPerSecond() != RateSchedule.UNLIMITED) {
      tokens -= bytes;
    }
  }

  /** Takes what its owner has given up out of the line; it counts as never asked for. */
  public void forgetGivenUp() {
    List<Waiting> passing;
    synchronized (this) {
      line.removeIf(
          waiting -> {
            boolean givenUp = waiting.future().isDone();
            waitingBytes -= givenUp ? waiting.bytes() : 0;
            return givenUp;
          });
      passing = takePassing();
      notifyAll();
    }
    complete(passing);
  }

  /**
   * Whether it makes sense to take memory for more bytes now: something passes at all, and what was
   * let in before will have passed within a second.
   */
  public synchronized boolean hasRoom() {
    long rate = bytesPerSecond();
    return rate == RateSchedule.UNLIMITED || (rate > 0 && waitingBytes + reservedBytes < rate);
  }

  /** Waits until there is room, a second passed or somebody gave up; ask {@link #hasRoom} again. */
  public synchronized void awaitRoom() {
    if (hasRoom()) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.timedWait(this, LOOK_AGAIN_NANOS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Counts bytes for which memory is taken but which have not come to {@link #pass} yet. */
  synchronized void reserve(long bytes) {
    reservedBytes += bytes;
    notifyAll();
  }

  private long rate() {
    return schedule.rateAt(countedTo);
  }

  /** Fills the bucket for the time since it was last filled, window by window. */
  private void gather() {
    long nanos = time.nanoTime();
    Instant now = time.now();
    long rest = Math.max(0, nanos - countedToNanos);
    while (rest > 0) {
      Instant change = schedule.nextChange(countedTo);
      long part = change.isBefore(now) ? Math.min(rest, nanosBetween(countedTo, change)) : rest;
      fill(part);
      rest -= part;
      if (!change.isBefore(now)) {
        break;
      }
      countedTo = change;
    }
    countedToNanos = nanos;
    countedTo = now;
  }

  private static long nanosBetween(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toNanos());
  }

  private void fill(long nanos) {
    long rate = rate();
    if (rate == RateSchedule.UNLIMITED) {
      tokens = 0;
    } else {
      double most = Math.max(MIN_UNIT_BYTES, rate * (BURST_MILLIS / 1000.0));
      tokens = Math.min(most, tokens + rate * (nanos / NANOS_PER_SECOND));
    }
  }

  /** Those that may pass now, taken out of the line; plans the next look when some remain. */
  private List<Waiting> takePassing() {
    gather();
    long rate = rate();
    List<Waiting> passing = new ArrayList<>();
    boolean free = rate == RateSchedule.UNLIMITED;
    while (!line.isEmpty() && (free || (rate > 0 && tokens > 0))) {
      Waiting first = line.remove();
      waitingBytes -= first.bytes();
      if (!first.future().isDone()) {
        tokens -= free ? 0 : first.bytes();
        passing.add(first);
      }
    }
    if (!passing.isEmpty()) {
      notifyAll();
    }
    if (!line.isEmpty()) {
      planLook(nanosToNext(rate));
    }
    return passing;
  }

  /** One look is planned at a time, unless a sooner one is needed: a rate may have grown. */
  private void planLook(long delayNanos) {
    long at = countedToNanos + delayNanos;
    if (nextLookNanos == Long.MAX_VALUE || at < nextLookNanos) {
      nextLookNanos = at;
      time.schedule(this::look, delayNanos);
    }
  }

  private long nanosToNext(long rate) {
    long toChange =
        Math.min(LOOK_AGAIN_NANOS, nanosBetween(countedTo, soon(schedule.nextChange(countedTo))));
    long toTokens =
        rate > 0 ? (long) Math.ceil(-tokens / rate * NANOS_PER_SECOND) : LOOK_AGAIN_NANOS;
    return Math.max(SHORTEST_WAIT_NANOS, Math.min(toChange, toTokens));
  }

  /** Far instants do not fit into nanoseconds. */
  private Instant soon(Instant change) {
    Instant limit = countedTo.plusSeconds(2);
    return change.isBefore(limit) ? change : limit;
  }

  private void look() {
    List<Waiting> passing;
    synchronized (this) {
      nextLookNanos = Long.MAX_VALUE;
      passing = takePassing();
      notifyAll();
    }
    complete(passing);
  }

  private static void complete(List<Waiting> passing) {
    passing.forEach(waiting -> waiting.future().complete(null));
  }
}
