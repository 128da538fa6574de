package io.holdfast.web.console.login;

import java.time.Duration;
import java.time.Instant;

/** When a session has been left alone for too long. Pure. */
final class IdleLimit {
  private IdleLimit() {}

  /**
   * Whether the last thing a person did is longer ago than the session may be idle.
   *
   * @param lastMillis when a person last asked for something, UTC milliseconds
   * @param limitSeconds how long a session may be idle; 0 or less: for ever
   */
  static boolean isOver(long lastMillis, Instant now, int limitSeconds) {
    Instant last = Instant.ofEpochMilli(lastMillis);
    return limitSeconds > 0
        && Duration.between(last, now).compareTo(Duration.ofSeconds(limitSeconds)) > 0;
  }
}
