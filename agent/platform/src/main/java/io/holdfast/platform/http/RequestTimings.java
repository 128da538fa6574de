package io.holdfast.platform.http;

import java.time.Duration;

/**
 * How long is waited for what (OPT-15).
 *
 * @param connect one connection attempt
 * @param reply one whole reply
 * @param retries how often a busy or broken request is repeated
 * @param firstPause before the first repetition; doubled each time
 * @param longestPause the most between two repetitions
 * @param retryBudget no repetition of a broken request begins after this
 * @param poll first pause between two looks at a task; grows to ten times this
 * @param task the longest a task may take
 */
public record RequestTimings(
    Duration connect,
    Duration reply,
    int retries,
    Duration firstPause,
    Duration longestPause,
    Duration retryBudget,
    Duration poll,
    Duration task) {

  /** What is used against real platforms. */
  public static RequestTimings standard() {
    return new RequestTimings(
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        15,
        Duration.ofMillis(200),
        Duration.ofSeconds(8),
        Duration.ofSeconds(45),
        Duration.ofMillis(150),
        Duration.ofMinutes(25));
  }

  /**
   * These with another number of repetitions (OPT-15).
   *
   * @param count 0…100
   */
  public RequestTimings withRetries(int count) {
    int bounded = Math.max(0, Math.min(100, count));
    return new RequestTimings(
        connect, reply, bounded, firstPause, longestPause, retryBudget, poll, task);
  }

  /** The pause before repetition {@code attempt} (1…): exponential, bounded. */
  public Duration pause(int attempt) {
    long millis = firstPause.toMillis() << Math.min(attempt - 1, 20);
    return Duration.ofMillis(Math.min(millis, longestPause.toMillis()));
  }
}
