package io.holdfast.server.agent.transport;

import io.holdfast.agent.protocol.CreateSnapshotRequest;
import io.holdfast.agent.protocol.DeleteSnapshotRequest;
import io.holdfast.agent.protocol.ListSnapshotsRequest;
import io.holdfast.agent.protocol.RevertSnapshotRequest;
import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotList;
import io.holdfast.agent.protocol.VmSnapshotsGrpc;
import io.holdfast.server.agent.VmSnapshotsClient;
import java.time.Duration;

/** {@link VmSnapshotsClient} by gRPC. */
record GrpcVmSnapshots(AgentCalls calls) implements VmSnapshotsClient {
  private static final Duration QUESTION = Duration.ofSeconds(60);
  private static final Duration CHANGE = Duration.ofMinutes(40);

  @Override
  public SnapshotList listSnapshots(ListSnapshotsRequest request) {
    return calls.ask(VmSnapshotsGrpc.getListSnapshotsMethod(), QUESTION, request);
  }

  @Override
  public SnapshotDescription createSnapshot(CreateSnapshotRequest request) {
    return calls.ask(VmSnapshotsGrpc.getCreateSnapshotMethod(), CHANGE, request);
  }

  @Override
  public void revertSnapshot(RevertSnapshotRequest request) {
    calls.ask(VmSnapshotsGrpc.getRevertSnapshotMethod(), CHANGE, request);
  }

  @Override
  public void deleteSnapshot(DeleteSnapshotRequest request) {
    calls.ask(VmSnapshotsGrpc.getDeleteSnapshotMethod(), CHANGE, request);
  }
}
