package io.holdfast.server.run;

/** State of a whole run (JOB-02); what each VM is at stands in its {@link TaskState}. */
public enum RunState {
  /** Content is being expanded, or no VM task has started yet. */
  PENDING,
  /** At least one VM task has started. */
  RUNNING,
  /** A person asked it to stop; running VM tasks are ending. */
  STOPPING,
  /** Every VM task is done, or left out by a rule of its job. */
  DONE,
  /** Some VM tasks are done, others are not. */
  PARTIAL,
  /** No VM task is done. */
  FAILED,
  /** Stopped by a person. */
  STOPPED;

  /** Whether nothing of the run will change any more. */
  public boolean isEnded() {
    return this == DONE || this == PARTIAL || this == FAILED || this == STOPPED;
  }
}
