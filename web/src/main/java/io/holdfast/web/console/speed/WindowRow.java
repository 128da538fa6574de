package io.holdfast.web.console.speed;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.speed.SpeedWindow;
import java.io.Serializable;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A window of a speed limit while it is edited. */
public class WindowRow implements Serializable {
  private static final long serialVersionUID = 1L;

  private DayOfWeek[] days;
  private String from;
  private String to;
  private final RateForm rate;

  /** Working hours of working days, at 10 MiB/s: something to change. */
  WindowRow() {
    this(
        new SpeedWindow(
            EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
            LocalTime.of(8, 0),
            LocalTime.of(18, 0),
            10 << 20));
  }

  WindowRow(SpeedWindow window) {
    Set<DayOfWeek> chosen = window.days().isEmpty() ? allDays() : window.days();
    days = chosen.toArray(new DayOfWeek[0]);
    from = window.from().toString();
    to = window.to().toString();
    rate = new RateForm(window.bytesPerSecond());
  }

  private static Set<DayOfWeek> allDays() {
    return EnumSet.allOf(DayOfWeek.class);
  }

  /** The window; FIELD_MISSING or INVALID_VALUE names what is wrong with it. */
  SpeedWindow window() {
    Set<DayOfWeek> chosen = days == null ? Set.of() : Set.of(days);
    if (chosen.isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "limits.days");
    }
    if (rate.getNumber() == null) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "limits.bytesPerSecond");
    }
    return new SpeedWindow(
        chosen.equals(allDays()) ? Set.of() : chosen,
        time("limits.from", from),
        time("limits.to", to),
        rate.bytesPerSecond());
  }

  private static LocalTime time(String field, String text) {
    if (text == null || text.isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", field);
    }
    try {
      return LocalTime.parse(text.strip());
    } catch (DateTimeException wrong) {
      throw BackupException.causedBy(
          wrong, ErrorCode.INVALID_VALUE, "field", field, "value", text, "expected", "HH:MM");
    }
  }

  public List<DayOfWeek> getWeek() {
    return List.of(DayOfWeek.values());
  }

  public DayOfWeek[] getDays() {
    return days == null ? null : days.clone();
  }

  public void setDays(DayOfWeek[] days) {
    this.days = days == null ? null : days.clone();
  }

  public String getFrom() {
    return from;
  }

  public void setFrom(String from) {
    this.from = from;
  }

  public String getTo() {
    return to;
  }

  public void setTo(String to) {
    this.to = to;
  }

  public RateForm getRate() {
    return rate;
  }
}
