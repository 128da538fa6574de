package io.holdfast.web.console.speed;

import io.holdfast.error.BackupException;
import io.holdfast.server.speed.SpeedSchedule;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** The windows of one speed limit while they are edited. */
public class ScheduleForm implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<WindowRow> rows = new ArrayList<>();
  private final RateForm otherwise;

  ScheduleForm(SpeedSchedule schedule) {
    schedule.windows().forEach(window -> rows.add(new WindowRow(window)));
    otherwise = new RateForm(schedule.otherwise());
  }

  /** The schedule as entered; INVALID_VALUE and so on name what is wrong with it. */
  SpeedSchedule schedule() {
    return new SpeedSchedule(
        rows.stream().map(WindowRow::window).toList(), otherwise.bytesPerSecond());
  }

  /** One more window, to be changed. */
  public void add() {
    rows.add(new WindowRow());
  }

  /** A window less. */
  public void remove(WindowRow row) {
    rows.remove(row);
  }

  /** Whether one more window may be added. */
  public boolean isExtensible() {
    return rows.size() < SpeedSchedule.MOST_WINDOWS;
  }

  /** Windows that overlap; none while something entered is not valid. */
  public List<SpeedSchedule.Overlap> getOverlaps() {
    try {
      return schedule().overlaps();
    } catch (BackupException notYet) {
      return List.of();
    }
  }

  public List<WindowRow> getRows() {
    return rows;
  }

  public RateForm getOtherwise() {
    return otherwise;
  }
}
