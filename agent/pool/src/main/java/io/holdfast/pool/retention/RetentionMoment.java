package io.holdfast.pool.retention;

import java.time.Clock;
import java.time.Instant;

/**
 * When retention is applied.
 *
 * @param now the later of the clock and what the pool has seen
 * @param newestBackupSucceeded whether the resource's latest backup was sealed
 */
public record RetentionMoment(Instant now, boolean newestBackupSucceeded) {

  /**
   * @param latestSeen the latest time in the pool's documents: a clock that was set back does not
   *     make restore points younger than they are
   */
  public static RetentionMoment of(Clock clock, Instant latestSeen, boolean newestSucceeded) {
    Instant now = clock.instant();
    return new RetentionMoment(now.isBefore(latestSeen) ? latestSeen : now, newestSucceeded);
  }
}
