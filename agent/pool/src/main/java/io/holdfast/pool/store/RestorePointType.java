package io.holdfast.pool.store;

/** What a restore point was made from. All are complete by reference: none needs another. */
public enum RestorePointType {
  FULL,
  /** Since the last restore point of any type (CAS-01). */
  INCREMENTAL,
  /** Since the last full (CAS-01). */
  DIFFERENTIAL
}
