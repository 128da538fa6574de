package io.holdfast.server.snapshot;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.policy.ContentNode;
import io.holdfast.server.policy.OptionRange;
import java.util.List;

/**
 * What a person says about a schedule.
 *
 * @param memorySeconds as {@link SnapshotWanted}
 * @param keepCount how many of its own snapshots a VM keeps, 1…32
 * @param content VMs and what holds them
 * @throws BackupException FIELD_MISSING, INVALID_VALUE, VALUE_OUT_OF_RANGE
 */
public record ScheduleDefinition(
    String name,
    boolean enabled,
    When when,
    int memorySeconds,
    int keepCount,
    List<ContentNode> content) {
  public static final OptionRange KEEP_COUNT = new OptionRange("keepCount", 1, 32, 7);

  /** Hours; 0: daily at a time. */
  public static final OptionRange INTERVAL_HOURS = new OptionRange("intervalHours", 0, 720, 0);

  private static final OptionRange MINUTE = new OptionRange("minuteOfDay", 0, 1439, 120);
  private static final int MOST_NAME = 128;

  /**
   * When it is time.
   *
   * @param intervalHours so long after the last time; 0: daily
   * @param minuteOfDay of daily ones, by the server's clock and place
   */
  public record When(int intervalHours, int minuteOfDay) {
    public When {
      INTERVAL_HOURS.check(intervalHours);
      MINUTE.check(minuteOfDay);
    }
  }

  public ScheduleDefinition {
    name = name == null ? "" : name.strip();
    content = List.copyOf(content);
    if (name.isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "name");
    }
    if (name.length() > MOST_NAME) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", "name", "value", name, "expected", "");
    }
    if (content.isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "content");
    }
    KEEP_COUNT.check(keepCount);
    SnapshotWanted.checkMemory(memorySeconds);
  }

  int intervalHours() {
    return when.intervalHours();
  }

  int minuteOfDay() {
    return when.minuteOfDay();
  }
}
