package io.holdfast.server.alarm;

/** What an alarm is about (JOB-07). */
public enum AlarmKind {
  /** A VM, or a run as a whole, failed. */
  FAILED,
  /** A VM was left out and its job says that this is to be told. */
  SKIPPED,
  /** A VM is backed up or restored, but something about it is not as it should be. */
  DEGRADED,
  /** A platform does not answer as it should; the alarm closes itself when it does again. */
  OFFLINE
}
