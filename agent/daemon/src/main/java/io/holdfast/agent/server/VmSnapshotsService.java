package io.holdfast.agent.server;

import io.grpc.stub.StreamObserver;
import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.CreateSnapshotRequest;
import io.holdfast.agent.protocol.DeleteSnapshotRequest;
import io.holdfast.agent.protocol.ListSnapshotsRequest;
import io.holdfast.agent.protocol.RevertSnapshotRequest;
import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotDone;
import io.holdfast.agent.protocol.SnapshotList;
import io.holdfast.agent.protocol.SnapshotSubject;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.protocol.VmSnapshotsGrpc;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotKeeper;
import java.util.function.Function;

/** An operator's snapshots (CAS-21). Changes hold a thread until the platform has done them. */
final class VmSnapshotsService extends VmSnapshotsGrpc.VmSnapshotsImplBase {
  private final Connectors connectors;
  private final Calls calls;
  private final OperationMemory operations = new OperationMemory();

  VmSnapshotsService(Connectors connectors, Calls calls) {
    this.connectors = connectors;
    this.calls = calls;
  }

  @Override
  public void listSnapshots(ListSnapshotsRequest request, StreamObserver<SnapshotList> observer) {
    calls.answer(observer, () -> list(request));
  }

  private SnapshotList list(ListSnapshotsRequest request) {
    try (PlatformConnection platform = connectors.connect(request.getPlatform());
        SnapshotKeeper keeper = connectors.snapshots(request.getPlatform())) {
      return SnapshotList.newBuilder()
          .setVm(platform.describeVm(request.getVmId()))
          .addAllSnapshots(keeper.list(request.getVmId()))
          .build();
    }
  }

  @Override
  public void createSnapshot(
      CreateSnapshotRequest request, StreamObserver<SnapshotDescription> observer) {
    SnapshotSubject subject = request.getSubject();
    SnapshotKeeper.Wanted wanted =
        new SnapshotKeeper.Wanted(
            subject.getName(),
            request.getTitle(),
            request.getDescription(),
            request.getOwnerTag(),
            request.getMemory() ? Math.max(1, request.getMemoryTimeoutSeconds()) : 0,
            request.getType());
    calls.answer(
        observer,
        () ->
            operations.answer(
                subject.getOperationId(),
                SnapshotDescription.class,
                () -> change(subject, keeper -> keeper.create(subject.getVmId(), wanted))));
  }

  @Override
  public void revertSnapshot(RevertSnapshotRequest request, StreamObserver<SnapshotDone> observer) {
    SnapshotSubject subject = request.getSubject();
    calls.answer(
        observer,
        () -> {
          if (subject.getAgain() && !operations.knows(subject.getOperationId())) {
            throw BackupException.of(
                ErrorCode.SNAPSHOT_OUTCOME_UNKNOWN,
                "vm",
                subject.getVmId(),
                "snapshot",
                subject.getName());
          }
          return done(
              subject,
              keeper -> {
                keeper.revert(subject.getVmId(), subject.getName());
                return SnapshotDone.getDefaultInstance();
              });
        });
  }

  @Override
  public void deleteSnapshot(DeleteSnapshotRequest request, StreamObserver<SnapshotDone> observer) {
    SnapshotSubject subject = request.getSubject();
    calls.answer(
        observer,
        () ->
            done(
                subject,
                keeper -> {
                  keeper.delete(subject.getVmId(), subject.getName(), request.getOwnerTag());
                  return SnapshotDone.getDefaultInstance();
                }));
  }

  private SnapshotDone done(
      SnapshotSubject subject, Function<SnapshotKeeper, SnapshotDone> operation) {
    return operations.answer(
        subject.getOperationId(), SnapshotDone.class, () -> change(subject, operation));
  }

  private <T> T change(SnapshotSubject subject, Function<SnapshotKeeper, T> operation) {
    try (PlatformConnection platform = connectors.connect(subject.getPlatform());
        SnapshotKeeper keeper = connectors.snapshots(subject.getPlatform())) {
      requireSame(subject, platform.describeVm(subject.getVmId()));
      return operation.apply(keeper);
    }
  }

  private static void requireSame(SnapshotSubject subject, VmDescription vm) {
    if (!subject.getVmUuid().isEmpty() && !subject.getVmUuid().equals(vm.getUuid())) {
      throw BackupException.of(
          ErrorCode.VM_REPLACED,
          "vm",
          vm.getName(),
          "actual",
          vm.getUuid(),
          "expected",
          subject.getVmUuid());
    }
  }
}
