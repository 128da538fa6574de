package io.holdfast.agent.throttle;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Set;

/**
 * A rate for a part of the day.
 *
 * @param days on which it begins; none: every day
 * @param from its first moment
 * @param to the first moment after it; not after {@code from}: it lasts over midnight
 * @param bytesPerSecond 0: nothing passes
 */
public record RateWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, long bytesPerSecond) {
  public RateWindow {
    days = Set.copyOf(days);
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("a rate of " + bytesPerSecond);
    }
  }

  /** Whether it is in force. */
  boolean covers(LocalDateTime time) {
    LocalTime clock = time.toLocalTime();
    if (from.isBefore(to)) {
      return beginsOn(time.getDayOfWeek()) && !clock.isBefore(from) && clock.isBefore(to);
    }
    return !clock.isBefore(from)
        ? beginsOn(time.getDayOfWeek())
        : clock.isBefore(to) && beginsOn(time.getDayOfWeek().minus(1));
  }

  private boolean beginsOn(DayOfWeek day) {
    return days.isEmpty() || days.contains(day);
  }
}
