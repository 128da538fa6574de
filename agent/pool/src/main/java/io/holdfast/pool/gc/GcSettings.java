package io.holdfast.pool.gc;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;

/**
 * How much a collection does.
 *
 * @param minLivePercent packs with less of their bytes alive are compacted, 0…95; 0: none
 * @param copyBudgetBytes that a run copies at most; the rest is for the next run
 * @param packBytes a compacted pack is closed when it has passed this
 */
public record GcSettings(int minLivePercent, long copyBudgetBytes, long packBytes) {
  private static final int MAX_LIVE_PERCENT = 95;

  /** Half of a pack, 64 GiB a run, packs as backups write them. */
  public static final GcSettings DEFAULT = new GcSettings(50, 64L << 30, 64L << 20);

  /**
   * @throws BackupException VALUE_OUT_OF_RANGE
   */
  public GcSettings {
    if (minLivePercent < 0 || minLivePercent > MAX_LIVE_PERCENT) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "min_live_percent",
          "value",
          minLivePercent,
          "min",
          0,
          "max",
          MAX_LIVE_PERCENT);
    }
  }
}
