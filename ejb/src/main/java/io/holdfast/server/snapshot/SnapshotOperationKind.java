package io.holdfast.server.snapshot;

/** What is done with a snapshot. */
public enum SnapshotOperationKind {
  CREATE,
  REVERT,
  DELETE
}
