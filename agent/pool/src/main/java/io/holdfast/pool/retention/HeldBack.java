package io.holdfast.pool.retention;

/** Why a run removes nothing although rules would let restore points go. */
public enum HeldBack {
  /** The newest backup did not succeed. */
  NEWEST_BACKUP_FAILED,
  /** The newest restore point is in the future: clock or restore point are wrong. */
  NEWEST_IN_FUTURE,
  /** The newest restore points are much later than all others: the clock may have leapt. */
  CLOCK_MAY_HAVE_LEAPT,
  /** The new restore point is not the newest by its time: a later one is there, or a clock lags. */
  NEW_POINT_NOT_NEWEST
}
