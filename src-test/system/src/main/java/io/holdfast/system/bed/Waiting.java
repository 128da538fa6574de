package io.holdfast.system.bed;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for something to become true, and says what was last seen when it does not. */
public final class Waiting {
  private static final long STEP_MILLIS = 200;

  private Waiting() {}

  /**
   * Asks until the answer is wanted.
   *
   * @throws IllegalStateException naming {@code what} and the last answer after {@code limit}
   */
  public static <T> T until(
      String what, Duration limit, Supplier<T> question, Predicate<T> wanted) {
    long end = System.nanoTime() + limit.toNanos();
    T last = null;
    RuntimeException lastFailure = null;
    while (System.nanoTime() < end) {
      try {
        last = question.get();
        lastFailure = null;
        if (wanted.test(last)) {
          return last;
        }
      } catch (RuntimeException failure) {
        lastFailure = failure;
      }
      pause();
    }
    throw new IllegalStateException(
        what + " did not come about within " + limit.toSeconds() + " s; last seen: " + last,
        lastFailure);
  }

  private static void pause() {
    try {
      Thread.sleep(STEP_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }
}
