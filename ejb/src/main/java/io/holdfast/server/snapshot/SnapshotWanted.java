package io.holdfast.server.snapshot;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.Locale;

/**
 * A snapshot that a person asks for.
 *
 * @param name on the platform; 1 to 100 characters without slash, not one of the product's own
 * @param title what people read; empty: the name
 * @param description may be empty
 * @param memorySeconds 0: without memory; else how long writing it may take before the platform
 *     pauses the VM
 * @throws BackupException FIELD_MISSING, INVALID_VALUE, VALUE_OUT_OF_RANGE
 */
public record SnapshotWanted(String name, String title, String description, int memorySeconds) {
  /** Names of backups' snapshots begin so. */
  public static final String OF_BACKUPS = "holdfast-";

  /** Names of schedules' snapshots begin so. */
  public static final String OF_SCHEDULES = "hfsnap-";

  public static final int MIN_MEMORY_SECONDS = 10;
  public static final int MAX_MEMORY_SECONDS = 1200;
  private static final int MOST_NAME = 100;
  private static final int MOST_TEXT = 250;

  public SnapshotWanted {
    name = name == null ? "" : name.strip();
    title = title == null || title.isBlank() ? name : title.strip();
    description = description == null ? "" : description.strip();
    if (name.isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "name");
    }
    String lower = name.toLowerCase(Locale.ROOT);
    boolean ours = lower.startsWith(OF_BACKUPS) || lower.startsWith(OF_SCHEDULES);
    if (ours || name.length() > MOST_NAME || name.matches(".*[/\\\\\\p{Cntrl}].*")) {
      throw invalid("name", name);
    }
    if (title.length() > MOST_TEXT) {
      throw invalid("title", title);
    }
    if (description.length() > MOST_TEXT) {
      throw invalid("description", description);
    }
    checkMemory(memorySeconds);
  }

  /** VALUE_OUT_OF_RANGE unless 0 or a time that can be waited. */
  static void checkMemory(int seconds) {
    if (seconds != 0 && (seconds < MIN_MEMORY_SECONDS || seconds > MAX_MEMORY_SECONDS)) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "memoryTimeoutSeconds",
          "value",
          seconds,
          "min",
          MIN_MEMORY_SECONDS,
          "max",
          MAX_MEMORY_SECONDS);
    }
  }

  private static BackupException invalid(String field, String value) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", "");
  }
}
