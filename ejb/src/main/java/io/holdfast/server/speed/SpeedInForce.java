package io.holdfast.server.speed;

import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What of limits holds at a moment.
 *
 * @param transferBytesPerSecond {@link Rates#UNLIMITED} for no limit
 * @param diskBytesPerSecond {@link Rates#UNLIMITED} for no limit
 * @param nextChange when another rate will hold; empty: never by itself
 * @param heldUntil when something will pass again, of limits that hold everything now; empty when
 *     they do not, or do so until they are changed
 */
public record SpeedInForce(
    long transferBytesPerSecond,
    long diskBytesPerSecond,
    Optional<Instant> nextChange,
    Optional<Instant> heldUntil) {
  /** No limits. */
  public static final SpeedInForce NONE =
      new SpeedInForce(Rates.UNLIMITED, Rates.UNLIMITED, Optional.empty(), Optional.empty());

  private static final int MOST_CHANGES = 500;

  /** What holds at an instant. */
  public static SpeedInForce of(SpeedLimits limits, Instant now) {
    ZonedDateTime time = now.atZone(SpeedLimits.zone());
    SpeedInForce rates =
        new SpeedInForce(
            limits.transfer().rateAt(time),
            limits.disk().rateAt(time),
            nextChange(limits, time).map(ZonedDateTime::toInstant),
            Optional.empty());
    return rates.isHeld()
        ? new SpeedInForce(
            rates.transferBytesPerSecond(),
            rates.diskBytesPerSecond(),
            rates.nextChange(),
            passesAgain(limits, time))
        : rates;
  }

  private static Optional<ZonedDateTime> nextChange(SpeedLimits limits, ZonedDateTime time) {
    return Stream.of(limits.transfer(), limits.disk())
        .flatMap(schedule -> schedule.nextChange(time).stream())
        .min(ZonedDateTime::compareTo);
  }

  /** The first change after which neither rate is 0. */
  private static Optional<Instant> passesAgain(SpeedLimits limits, ZonedDateTime now) {
    Optional<ZonedDateTime> time = nextChange(limits, now);
    for (int i = 0; i < MOST_CHANGES && time.isPresent(); i++) {
      ZonedDateTime at = time.get();
      if (limits.transfer().rateAt(at) > 0 && limits.disk().rateAt(at) > 0) {
        return Optional.of(at.toInstant());
      }
      if (at.isAfter(now.plusDays(8))) {
        return Optional.empty();
      }
      time = nextChange(limits, at);
    }
    return Optional.empty();
  }

  /** Whether nothing passes. */
  public boolean isHeld() {
    return transferBytesPerSecond == 0 || diskBytesPerSecond == 0;
  }

  /** Whether anything is limited. */
  public boolean isLimited() {
    return transferBytesPerSecond != Rates.UNLIMITED || diskBytesPerSecond != Rates.UNLIMITED;
  }
}
