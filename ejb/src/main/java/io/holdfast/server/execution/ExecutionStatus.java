package io.holdfast.server.execution;

/** Batch status of an execution or a step, as the specification of the engine names them. */
public enum ExecutionStatus {
  STARTING,
  STARTED,
  STOPPING,
  STOPPED,
  FAILED,
  COMPLETED,
  ABANDONED;

  /** Whether an execution in this status is said to be at work. */
  public boolean isActive() {
    return this == STARTING || this == STARTED || this == STOPPING;
  }
}
