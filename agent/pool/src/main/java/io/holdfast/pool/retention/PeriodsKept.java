package io.holdfast.pool.retention;

/**
 * Grandfather, father, son (POOL-10): of each of so many latest days, weeks, months and years that
 * have restore points the newest one stays. Each 0…64.
 *
 * @param daily days
 * @param weekly weeks from Monday to Sunday
 * @param monthly calendar months
 * @param yearly calendar years
 */
public record PeriodsKept(int daily, int weekly, int monthly, int yearly) {
  /** None. */
  public static final PeriodsKept NONE = new PeriodsKept(0, 0, 0, 0);

  /**
   * @throws io.holdfast.error.BackupException VALUE_OUT_OF_RANGE
   */
  public PeriodsKept {
    RetentionRule.requireInRange("daily", daily);
    RetentionRule.requireInRange("weekly", weekly);
    RetentionRule.requireInRange("monthly", monthly);
    RetentionRule.requireInRange("yearly", yearly);
  }
}
