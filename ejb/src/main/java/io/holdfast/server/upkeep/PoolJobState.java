package io.holdfast.server.upkeep;

import java.util.EnumSet;
import java.util.Set;

/** State of a pool job. */
public enum PoolJobState {
  /** The storage agent has not taken it yet. */
  WAITING,
  /** It runs on the storage agent. */
  RUNNING,
  /** It was asked to end. */
  STOPPING,
  /** It came to its end. */
  DONE,
  /** Its time was over; the next one goes on. */
  OUT_OF_TIME,
  /** Stopped by a person; the next one goes on. */
  STOPPED,
  /** Ended by an error, which the job names. */
  FAILED,
  /** It was due while one of its kind had not ended. */
  SKIPPED;

  private static final Set<PoolJobState> ACTIVE = EnumSet.of(WAITING, RUNNING, STOPPING);

  /** Whether it will not change any more. */
  public boolean isEnded() {
    return !ACTIVE.contains(this);
  }

  /** States of jobs that have not ended. */
  public static Set<PoolJobState> active() {
    return EnumSet.copyOf(ACTIVE);
  }
}
