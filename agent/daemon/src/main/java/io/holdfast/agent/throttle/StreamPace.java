package io.holdfast.agent.throttle;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The pace of a stream whose requests pass before it is known how many bytes they come to on their
 * way to the pool: that is guessed from what came before and settled afterwards. Thread-safe.
 */
public final class StreamPace {
  private static final double WEIGHT_OF_NEWEST = 0.25;

  private final Pace pace;
  private volatile double storedPerPlain = 1;

  public StreamPace(Pace pace) {
    this.pace = pace;
  }

  /** As {@link Pace#isOpen}. */
  public boolean isOpen() {
    return pace.isOpen();
  }

  /** As {@link Pace#admit}. */
  public Optional<Pace.Admission> admit(long bytes, boolean mayWait) {
    return pace.admit(bytes, mayWait);
  }

  /** As {@link Pace#unitBytes}. */
  public int unitBytes(int requestBytes) {
    return pace.unitBytes(requestBytes);
  }

  /** What a request will come to, to the best of our knowledge; at least 1. */
  public long guess(long plainBytes) {
    return Math.max(1, (long) (plainBytes * storedPerPlain));
  }

  /** As {@link Pace#pass}. */
  public CompletableFuture<Void> pass(long diskBytes, long transferBytes) {
    return pace.pass(diskBytes, transferBytes);
  }

  /**
   * Pays or takes back the difference and learns from it.
   *
   * @param plainBytes that were read
   * @param guessedBytes that were passed for them; 0: they were not limited
   * @param storedBytes that they came to
   */
  public void settle(long plainBytes, long guessedBytes, long storedBytes) {
    if (plainBytes <= 0) {
      return;
    }
    double newest = (double) storedBytes / plainBytes;
    storedPerPlain += WEIGHT_OF_NEWEST * (newest - storedPerPlain);
    if (guessedBytes > 0) {
      pace.correctTransfer(storedBytes - guessedBytes);
    }
  }
}
