package io.holdfast.web.rest.speed;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.speed.Rates;
import io.holdfast.server.speed.SpeedLimits;
import io.holdfast.server.speed.SpeedSchedule;
import io.holdfast.server.speed.SpeedWindow;
import io.holdfast.web.rest.Required;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Speed limits of a job (OPT-10, OPT-11); what is left out is not limited.
 *
 * @param transfer bytes between backup host and pool
 * @param disk bytes read from disks by a backup, written to them by a restore
 */
public record SpeedLimitsBody(Schedule transfer, Schedule disk) {

  /**
   * What rate holds when; of windows that overlap the lowest.
   *
   * @param otherwiseBytesPerSecond outside all windows; null: no limit
   */
  public record Schedule(List<Window> windows, Long otherwiseBytesPerSecond) {
    static Schedule of(SpeedSchedule schedule) {
      return new Schedule(
          schedule.windows().stream().map(Window::of).toList(),
          schedule.otherwise() == Rates.UNLIMITED ? null : schedule.otherwise());
    }

    SpeedSchedule checked() {
      return new SpeedSchedule(
          windows == null ? List.of() : windows.stream().map(Window::checked).toList(),
          Objects.requireNonNullElse(otherwiseBytesPerSecond, Rates.UNLIMITED));
    }
  }

  /**
   * A window.
   *
   * @param days on which it begins, MONDAY to SUNDAY; none: every day
   * @param from as {@code 22:00}, by the server's clock
   * @param to its end, not after {@code from}: on the next day; {@code 24:00} and {@code 00:00} are
   *     the same
   * @param bytesPerSecond 0 holds the run
   */
  public record Window(List<String> days, String from, String to, Long bytesPerSecond) {
    private static final String DAYS_END = "24:00";

    static Window of(SpeedWindow window) {
      return new Window(
          window.days().stream().map(DayOfWeek::name).toList(),
          window.from().toString(),
          window.to().toString(),
          window.bytesPerSecond());
    }

    SpeedWindow checked() {
      return new SpeedWindow(
          days == null
              ? Set.of()
              : days.stream()
                  .map(
                      day ->
                          Required.value(
                              "limits.days",
                              Required.choice("limits.days", day, DayOfWeek.class, null)))
                  .collect(Collectors.toSet()),
          time("limits.from", from),
          time("limits.to", DAYS_END.equals(to) ? "00:00" : to),
          Required.value("limits.bytesPerSecond", bytesPerSecond));
    }

    private static LocalTime time(String field, String text) {
      try {
        return LocalTime.parse(Required.text(field, text));
      } catch (DateTimeException wrong) {
        throw BackupException.causedBy(
            wrong, ErrorCode.INVALID_VALUE, "field", field, "value", text, "expected", "HH:MM");
      }
    }
  }

  /** The limits in the API's form. */
  public static SpeedLimitsBody of(SpeedLimits limits) {
    return new SpeedLimitsBody(Schedule.of(limits.transfer()), Schedule.of(limits.disk()));
  }

  /** The limits; those of {@code absent} when there is no body. */
  public static SpeedLimits over(SpeedLimitsBody body, SpeedLimits absent) {
    return body == null
        ? absent
        : new SpeedLimits(schedule(body.transfer()), schedule(body.disk()));
  }

  private static SpeedSchedule schedule(Schedule schedule) {
    return schedule == null ? SpeedSchedule.NONE : schedule.checked();
  }
}
