package io.holdfast.server.pool;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/**
 * POOL-08: what a pool may store, and when somebody should look.
 *
 * @param quotaBytes 0: as much as its disk takes; else at least 1 MiB
 * @param warningPercent of the quota or of the disk, 1…99
 * @param criticalPercent above the warning, up to 100
 */
public record PoolLimits(long quotaBytes, int warningPercent, int criticalPercent) {
  /** As a new pool has them. */
  public static final PoolLimits PRESET = new PoolLimits(0, 80, 95);

  /** Smallest quota. */
  public static final long MIN_QUOTA_BYTES = 1L << 20;

  private static final int PERCENT = 100;

  /** VALUE_OUT_OF_RANGE naming the field. */
  void check() {
    if (quotaBytes != 0) {
      require("quotaBytes", quotaBytes, MIN_QUOTA_BYTES, Long.MAX_VALUE);
    }
    require("warningPercent", warningPercent, 1, PERCENT - 1);
    require("criticalPercent", criticalPercent, warningPercent + 1L, PERCENT);
  }

  private static void require(String field, long value, long min, long max) {
    if (value < min || value > max) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE, "field", field, "value", value, "min", min, "max", max);
    }
  }
}
