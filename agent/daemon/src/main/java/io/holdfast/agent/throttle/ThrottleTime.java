package io.holdfast.agent.throttle;

import java.time.Instant;

/** Time as limiters need it. Thread-safe. */
public interface ThrottleTime {

  /** Time of day: decides which window holds. */
  Instant now();

  /** Elapsed time, unmoved by corrections of the clock. */
  long nanoTime();

  /** Runs something later, once; a little late is no harm. */
  void schedule(Runnable work, long delayNanos);
}
