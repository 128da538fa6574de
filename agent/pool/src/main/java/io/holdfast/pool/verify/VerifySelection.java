package io.holdfast.pool.verify;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Which packs a verification reads (POOL-10). Manifests, maps and documents are always read: they
 * are few.
 *
 * @param percent of the packs, 0…100, those verified longest ago first; packs with records known to
 *     be damaged come on top
 * @param notVerifiedFor only packs whose last check is longer ago, or that have none
 */
public record VerifySelection(int percent, Optional<Duration> notVerifiedFor) {
  private static final int ALL_PERCENT = 100;

  /** Everything. */
  public static final VerifySelection ALL = new VerifySelection(ALL_PERCENT, Optional.empty());

  /** Only packs with records known to be damaged: whether they have healed. */
  public static final VerifySelection KNOWN_DAMAGE = new VerifySelection(0, Optional.empty());

  /**
   * @throws BackupException VALUE_OUT_OF_RANGE
   */
  public VerifySelection {
    if (percent < 0 || percent > ALL_PERCENT) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "percent",
          "value",
          percent,
          "min",
          0,
          "max",
          ALL_PERCENT);
    }
  }

  /** A part of the packs. */
  public static VerifySelection sample(int percent) {
    return new VerifySelection(percent, Optional.empty());
  }

  /** What was not verified for a time. */
  public static VerifySelection olderThan(Duration age) {
    return new VerifySelection(ALL_PERCENT, Optional.of(age));
  }

  /** Whether every pack is read. */
  public boolean isAll() {
    return percent == ALL_PERCENT && notVerifiedFor.isEmpty();
  }

  /** Whether a pack is old enough; a check in the future was made by a wrong clock. */
  boolean isDue(UUID packId, VerifiedTimes times, Instant now) {
    Optional<Instant> last = times.of(packId);
    return notVerifiedFor.isEmpty()
        || last.isEmpty()
        || last.get().isAfter(now)
        || last.get().isBefore(now.minus(notVerifiedFor.get()));
  }

  /** How many of so many packs. */
  int countOf(int packs) {
    return (int) (((long) packs * percent + ALL_PERCENT - 1) / ALL_PERCENT);
  }
}
