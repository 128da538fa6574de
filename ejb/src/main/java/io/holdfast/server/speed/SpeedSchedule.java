package io.holdfast.server.speed;

import io.holdfast.agent.protocol.SpeedLimit;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What rate holds when. Where windows overlap the lowest rate holds, as at the agent.
 *
 * @param windows in the order they were entered, at most {@value #MOST_WINDOWS}
 * @param otherwise bytes per second outside all windows; {@link Rates#UNLIMITED} for no limit
 * @throws BackupException INVALID_VALUE, VALUE_OUT_OF_RANGE (too many windows)
 */
public record SpeedSchedule(List<SpeedWindow> windows, long otherwise) {
  /** Most windows of one schedule. */
  public static final int MOST_WINDOWS = 20;

  /** No limit at any time. */
  public static final SpeedSchedule NONE = always(Rates.UNLIMITED);

  private static final String OTHERWISE = "*";

  public SpeedSchedule {
    windows = List.copyOf(windows);
    if (windows.size() > MOST_WINDOWS) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "limits.windows",
          "value",
          windows.size(),
          "min",
          0,
          "max",
          MOST_WINDOWS);
    }
    if (otherwise != Rates.UNLIMITED) {
      Rates.check(otherwise);
    }
  }

  /** The same rate at all times. */
  public static SpeedSchedule always(long bytesPerSecond) {
    return new SpeedSchedule(List.of(), bytesPerSecond);
  }

  /** Whether it never limits anything. */
  public boolean isUnlimited() {
    return otherwise == Rates.UNLIMITED && windows.isEmpty();
  }

  /** Bytes per second at a moment of the schedule's own clock. */
  public long rateAt(ZonedDateTime time) {
    return windows.stream()
        .filter(window -> window.covers(time.toLocalDateTime()))
        .mapToLong(SpeedWindow::bytesPerSecond)
        .min()
        .orElse(otherwise);
  }

  /** The first moment after this one at which another rate holds; empty: never. */
  public Optional<ZonedDateTime> nextChange(ZonedDateTime after) {
    long rate = rateAt(after);
    // Bounds come once a day each, and every week is like the next.
    for (int day = 0; day <= 8; day++) {
      ZonedDateTime date = after.plusDays(day);
      Optional<ZonedDateTime> change =
          windows.stream()
              .flatMap(window -> Stream.of(window.from(), window.to()))
              .map(date::with)
              .filter(bound -> bound.isAfter(after) && rateAt(bound) != rate)
              .min(ZonedDateTime::compareTo);
      if (change.isPresent()) {
        return change;
      }
    }
    return Optional.empty();
  }

  /** Two windows of a schedule that are in force at the same time, by their place in it. */
  public record Overlap(int first, int second) {}

  /** All pairs of windows that overlap. */
  public List<Overlap> overlaps() {
    List<Overlap> overlaps = new ArrayList<>();
    for (int first = 0; first < windows.size(); first++) {
      for (int second = first + 1; second < windows.size(); second++) {
        if (windows.get(first).overlaps(windows.get(second))) {
          overlaps.add(new Overlap(first, second));
        }
      }
    }
    return overlaps;
  }

  /** A text without white space that {@link #parse} reads: {@code 67,22:00,06:00,0;*,1048576}. */
  public String text() {
    Stream<String> all = windows.stream().map(SpeedSchedule::text);
    if (otherwise != Rates.UNLIMITED) {
      all = Stream.concat(all, Stream.of(OTHERWISE + "," + otherwise));
    }
    return all.collect(Collectors.joining(";"));
  }

  private static String text(SpeedWindow window) {
    String days =
        window.days().stream()
            .map(day -> Integer.toString(day.getValue()))
            .collect(Collectors.joining());
    return days + "," + window.from() + "," + window.to() + "," + window.bytesPerSecond();
  }

  /** The schedule of a {@link #text}; an empty one limits nothing. */
  public static SpeedSchedule parse(String text) {
    List<SpeedWindow> windows = new ArrayList<>();
    long otherwise = Rates.UNLIMITED;
    for (String part : text.isEmpty() ? new String[0] : text.split(";")) {
      String[] values = part.split(",", -1);
      if (values[0].equals(OTHERWISE)) {
        otherwise = Long.parseLong(values[1]);
      } else {
        windows.add(
            new SpeedWindow(
                days(values[0]),
                LocalTime.parse(values[1]),
                LocalTime.parse(values[2]),
                Long.parseLong(values[3])));
      }
    }
    return new SpeedSchedule(windows, otherwise);
  }

  private static Set<DayOfWeek> days(String digits) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    digits.chars().forEach(digit -> days.add(DayOfWeek.of(digit - '0')));
    return days;
  }

  /** The same in the agent protocol. */
  SpeedLimit toProtocol(String zone) {
    SpeedLimit.Builder limit = SpeedLimit.newBuilder().setTimeZone(zone);
    if (otherwise != Rates.UNLIMITED) {
      limit.setOtherwiseBytesPerSecond(otherwise);
    }
    for (SpeedWindow window : windows) {
      limit.addWindows(
          io.holdfast.agent.protocol.SpeedWindow.newBuilder()
              .addAllWeekdays(window.days().stream().map(DayOfWeek::getValue).toList())
              .setFromMinute(SpeedWindow.minuteOfDay(window.from()))
              .setToMinute(SpeedWindow.minuteOfDay(window.to()))
              .setBytesPerSecond(window.bytesPerSecond()));
    }
    return limit.build();
  }
}
