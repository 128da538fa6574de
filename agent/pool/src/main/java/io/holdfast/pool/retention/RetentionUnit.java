package io.holdfast.pool.retention;

/** What a retention rule counts. */
public enum RetentionUnit {
  /** Calendar days: 0 is today only. */
  DAYS,
  /** Weeks from Monday to Sunday: 0 is this week only. */
  WEEKS,
  /** Calendar months: 0 is this month only. */
  MONTHS,
  /** Restore points besides the newest: 0 is the newest only. */
  COUNT
}
