package io.holdfast.pool.retention;

/** Why a restore point stays. */
public enum KeepReason {
  /** The newest one always stays. */
  NEWEST,
  /** There is no rule. */
  NO_RULE,
  /** Within the days, weeks, months or number of the rule. */
  RULE,
  /** The newest of a day that is kept. */
  DAILY,
  /** The newest of a week that is kept. */
  WEEKLY,
  /** The newest of a month that is kept. */
  MONTHLY,
  /** The newest of a year that is kept. */
  YEARLY,
  /** The full backup that a kept increment or differential began from. */
  FULL_OF_KEPT,
  /** Protected by hand. */
  PROTECTED,
  /** Its immutable period has not ended. */
  IMMUTABLE,
  /** Nothing is removed by this run, see {@link HeldBack}. */
  HELD_BACK
}
