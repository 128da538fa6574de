package io.holdfast.pool.retention;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/**
 * How long restore points stay (POOL-09).
 *
 * @param unit what is counted
 * @param keep how many of them besides the running one, 0…64
 */
public record RetentionRule(RetentionUnit unit, int keep) {
  /** The largest number of a rule. */
  public static final int MAX_KEEP = 64;

  /**
   * @throws BackupException VALUE_OUT_OF_RANGE
   */
  public RetentionRule {
    requireInRange("retention", keep);
  }

  static void requireInRange(String field, int value) {
    if (value < 0 || value > MAX_KEEP) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", field, "value", value, "min", 0, "max", MAX_KEEP);
    }
  }
}
