package io.holdfast.server.speed;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * A rate for a part of the day, by whole minutes.
 *
 * @param days on which it begins; none: every day
 * @param from its first moment
 * @param to the first moment after it; not after {@code from}: it lasts over midnight, so 00:00 to
 *     00:00 is the whole day
 * @param bytesPerSecond 0: nothing passes while it lasts, and the run holds its progress
 * @throws BackupException INVALID_VALUE
 */
public record SpeedWindow(Set<DayOfWeek> days, LocalTime from, LocalTime to, long bytesPerSecond) {
  private static final int MINUTES_PER_DAY = 24 * 60;
  private static final int MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

  public SpeedWindow {
    EnumSet<DayOfWeek> sorted = EnumSet.noneOf(DayOfWeek.class);
    sorted.addAll(days);
    days = Collections.unmodifiableSet(sorted);
    from = minutes("from", from);
    to = minutes("to", to);
    Rates.check(bytesPerSecond);
  }

  private static LocalTime minutes(String field, LocalTime time) {
    if (time == null) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "limits." + field);
    }
    return time.truncatedTo(ChronoUnit.MINUTES);
  }

  /** Whether it is in force at a time of its own clock. */
  boolean covers(LocalDateTime time) {
    LocalTime clock = time.toLocalTime();
    if (from.isBefore(to)) {
      return beginsOn(time.getDayOfWeek()) && !clock.isBefore(from) && clock.isBefore(to);
    }
    return clock.isBefore(from)
        ? clock.isBefore(to) && beginsOn(time.getDayOfWeek().minus(1))
        : beginsOn(time.getDayOfWeek());
  }

  /** Whether it begins on that day. */
  public boolean beginsOn(DayOfWeek day) {
    return days.isEmpty() || days.contains(day);
  }

  /** Whether both are in force at some moment of the week. */
  public boolean overlaps(SpeedWindow other) {
    Objects.requireNonNull(other, "other");
    for (DayOfWeek day : DayOfWeek.values()) {
      for (DayOfWeek otherDay : DayOfWeek.values()) {
        if (beginsOn(day) && other.beginsOn(otherDay) && meets(day, other, otherDay)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean meets(DayOfWeek day, SpeedWindow other, DayOfWeek otherDay) {
    int begin = start(day);
    int otherBegin = other.start(otherDay);
    return Math.floorMod(otherBegin - begin, MINUTES_PER_WEEK) < lengthMinutes()
        || Math.floorMod(begin - otherBegin, MINUTES_PER_WEEK) < other.lengthMinutes();
  }

  private int start(DayOfWeek day) {
    return day.ordinal() * MINUTES_PER_DAY + minuteOfDay(from);
  }

  private int lengthMinutes() {
    int length = Math.floorMod(minuteOfDay(to) - minuteOfDay(from), MINUTES_PER_DAY);
    return length == 0 ? MINUTES_PER_DAY : length;
  }

  static int minuteOfDay(LocalTime time) {
    return time.getHour() * 60 + time.getMinute();
  }
}
