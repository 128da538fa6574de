package io.holdfast.platform.http;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Waits, and knows the time. Thread-safe. */
public final class Waiting {
  private final Clock clock;

  public Waiting(Clock clock) {
    this.clock = clock;
  }

  public Instant now() {
    return clock.instant();
  }

  /**
   * Waits.
   *
   * @throws BackupException INTERRUPTED, with the thread's flag set again
   */
  public void pause(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(e, ErrorCode.INTERRUPTED, "what", "platform");
    }
  }
}
