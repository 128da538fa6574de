package io.holdfast.server.snapshot;

/** How far an operation is. */
public enum SnapshotOperationState {
  /** A schedule's, until the VM is free. */
  WAITING,
  /** The VM is reserved; the agent was asked, or will be at once. */
  RUNNING,
  DONE,
  FAILED;

  /** Whether it will not change any more. */
  public boolean isEnded() {
    return this == DONE || this == FAILED;
  }
}
