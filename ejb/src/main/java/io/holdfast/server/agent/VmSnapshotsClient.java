package io.holdfast.server.agent;

import io.holdfast.agent.protocol.CreateSnapshotRequest;
import io.holdfast.agent.protocol.DeleteSnapshotRequest;
import io.holdfast.agent.protocol.ListSnapshotsRequest;
import io.holdfast.agent.protocol.RevertSnapshotRequest;
import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotList;

/**
 * The protocol's {@code VmSnapshots} of one agent; errors as {@link AgentGateway}. Changes wait for
 * the platform, up to 40 min.
 */
public interface VmSnapshotsClient {
  /** Time limit 60 s. */
  SnapshotList listSnapshots(ListSnapshotsRequest request);

  /** Idempotent. */
  SnapshotDescription createSnapshot(CreateSnapshotRequest request);

  /** Done once at most; see the protocol. */
  void revertSnapshot(RevertSnapshotRequest request);

  /** Idempotent. */
  void deleteSnapshot(DeleteSnapshotRequest request);
}
