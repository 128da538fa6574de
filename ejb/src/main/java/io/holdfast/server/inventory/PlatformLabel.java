package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.List;

/**
 * RES-06: what people call a platform; changed without asking the platform.
 *
 * @param name 1…128 characters, unique
 * @param tags at most {@value #MOST} words of at most {@value #LONGEST} characters, each once
 */
public record PlatformLabel(String name, List<String> tags) {
  static final int MOST = 20;
  static final int LONGEST = 50;

  /** Throws FIELD_MISSING, INVALID_VALUE or VALUE_OUT_OF_RANGE naming {@code tags}. */
  public PlatformLabel {
    tags =
        tags.stream().map(String::strip).filter(tag -> !tag.isEmpty()).distinct().sorted().toList();
    requireAtMost(tags.size(), MOST);
    for (String tag : tags) {
      requireAtMost(tag.length(), LONGEST);
      if (tag.chars().anyMatch(Character::isISOControl)) {
        throw BackupException.of(
            ErrorCode.INVALID_VALUE, "field", "tags", "value", "?", "expected", "1-" + LONGEST);
      }
    }
  }

  private static void requireAtMost(int value, int most) {
    if (value > most) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", "tags", "value", value, "min", 0, "max", most);
    }
  }
}
