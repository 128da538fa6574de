package io.holdfast.agent.throttle;

import io.holdfast.agent.protocol.LimitsInForce;
import io.holdfast.agent.protocol.SpeedLimit;
import io.holdfast.agent.protocol.SpeedWindow;
import io.holdfast.agent.protocol.TransferLimits;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Limits as the protocol tells them. */
public final class SpeedLimits {
  private static final int MINUTES_PER_DAY = 24 * 60;

  private SpeedLimits() {}

  /**
   * Reads limits.
   *
   * @throws BackupException INVALID_VALUE
   */
  public static Limits read(TransferLimits limits) {
    return new Limits(
        schedule("transfer", limits.getTransfer()), schedule("disk", limits.getDisk()));
  }

  private static RateSchedule schedule(String field, SpeedLimit limit) {
    List<RateWindow> windows = new ArrayList<>();
    for (SpeedWindow window : limit.getWindowsList()) {
      windows.add(window(field, window));
    }
    long otherwise =
        limit.hasOtherwiseBytesPerSecond()
            ? rate(field, limit.getOtherwiseBytesPerSecond())
            : RateSchedule.UNLIMITED;
    try {
      ZoneId zone =
          limit.getTimeZone().isEmpty() ? ZoneId.systemDefault() : ZoneId.of(limit.getTimeZone());
      return new RateSchedule(windows, otherwise, zone);
    } catch (DateTimeException unknown) {
      throw invalid(field, limit.getTimeZone(), "a time zone");
    }
  }

  private static RateWindow window(String field, SpeedWindow window) {
    Set<DayOfWeek> days = new HashSet<>();
    for (int day : window.getWeekdaysList()) {
      if (day < 1 || day > 7) {
        throw invalid(field, day, "1 (Monday) to 7");
      }
      days.add(DayOfWeek.of(day));
    }
    return new RateWindow(
        days,
        minute(field, window.getFromMinute()),
        minute(field, window.getToMinute() % MINUTES_PER_DAY),
        rate(field, window.getBytesPerSecond()));
  }

  private static LocalTime minute(String field, int minute) {
    if (minute < 0 || minute >= MINUTES_PER_DAY) {
      throw invalid(field, minute, "0 to " + MINUTES_PER_DAY);
    }
    return LocalTime.of(minute / 60, minute % 60);
  }

  private static long rate(String field, long bytesPerSecond) {
    if (bytesPerSecond < 0) {
      throw invalid(field, bytesPerSecond, "0 or more");
    }
    return bytesPerSecond;
  }

  private static BackupException invalid(String field, Object value, String expected) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", "limits." + field, "value", value, "expected", expected);
  }

  /** What holds now. */
  public static LimitsInForce inForce(Pace pace) {
    LimitsInForce.Builder now = LimitsInForce.newBuilder();
    if (pace.transferBytesPerSecond() != RateSchedule.UNLIMITED) {
      now.setTransferBytesPerSecond(pace.transferBytesPerSecond());
    }
    if (pace.diskBytesPerSecond() != RateSchedule.UNLIMITED) {
      now.setDiskBytesPerSecond(pace.diskBytesPerSecond());
    }
    Instant change = pace.nextChange();
    if (change.isBefore(Instant.MAX)) {
      now.setNextChangeEpochMillis(change.toEpochMilli());
    }
    return now.build();
  }
}
