package io.holdfast.pool.retention;

import java.time.Clock;
import java.time.Instant;

/**
 * When retention is applied.
 *
 * @param now by the clock: for immutable periods, and to refuse restore points from the future.
 *     Times in the pool are no substitute: one that was written by a wrong clock would end all
 *     immutable periods for good
 * @param newestBackupSucceeded whether the resource's latest backup was sealed
 */
public record RetentionMoment(Instant now, boolean newestBackupSucceeded) {

  /** Now. */
  public static RetentionMoment of(Clock clock, boolean newestBackupSucceeded) {
    return new RetentionMoment(clock.instant(), newestBackupSucceeded);
  }
}
