package io.holdfast.agent.server;

import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupSessionsGrpc;
import io.holdfast.agent.protocol.CheckVmsRequest;
import io.holdfast.agent.protocol.CheckVmsResponse;
import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.LimitsInForce;
import io.holdfast.agent.protocol.PlanPage;
import io.holdfast.agent.protocol.PlannedExtent;
import io.holdfast.agent.protocol.ReadPlanRequest;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.agent.protocol.RemoveLeftoversResponse;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SealBackupRequest;
import io.holdfast.agent.protocol.SetLimitsRequest;
import io.holdfast.agent.protocol.SyncStreamRequest;
import io.holdfast.agent.protocol.SyncStreamResponse;
import io.holdfast.agent.protocol.TransferExtentRequest;
import io.holdfast.agent.transfer.OpenBackups;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.store.ExtentResult;
import java.util.List;

/** Backup sessions over the wire. Extents are answered by the workers that wrote them. */
final class BackupSessionsService extends BackupSessionsGrpc.BackupSessionsImplBase {
  private static final int MAX_PAGE = 1024;

  private final OpenBackups backups;
  private final Calls calls;

  BackupSessionsService(OpenBackups backups, Calls calls) {
    this.backups = backups;
    this.calls = calls;
  }

  @Override
  public void planBackup(BackupRequest request, StreamObserver<BackupPlan> observer) {
    calls.answer(observer, () -> backups.plan(request));
  }

  @Override
  public void checkVms(CheckVmsRequest request, StreamObserver<CheckVmsResponse> observer) {
    calls.answer(observer, () -> backups.check(request));
  }

  @Override
  public void beginBackup(BackupRequest request, StreamObserver<BackupBegun> observer) {
    calls.answer(observer, () -> backups.begin(request));
  }

  @Override
  public void readPlan(ReadPlanRequest request, StreamObserver<PlanPage> observer) {
    calls.answer(observer, () -> page(request));
  }

  private PlanPage page(ReadPlanRequest request) {
    int limit = Math.max(1, Math.min(MAX_PAGE, request.getLimit()));
    List<PlanItem> items =
        backups.plan(
            request.getSessionId(),
            request.getDiskKey(),
            request.getStream(),
            request.getFromOrdinal(),
            limit);
    PlanPage.Builder page = PlanPage.newBuilder();
    long ordinal = request.getFromOrdinal();
    for (PlanItem item : items) {
      page.addExtents(
          PlannedExtent.newBuilder()
              .setOrdinal(ordinal++)
              .setOffset(item.span().offset())
              .setLength(item.span().length())
              .setReadBytes(item.readBytes()));
    }
    return page.build();
  }

  @Override
  public void transferExtent(
      TransferExtentRequest request, StreamObserver<ExtentReceipt> observer) {
    Calls.complete(
        observer,
        () ->
            backups
                .transfer(
                    request.getSessionId(),
                    request.getDiskKey(),
                    request.getStream(),
                    request.getExtent().getOrdinal())
                .thenApply(BackupSessionsService::receipt));
  }

  private static ExtentReceipt receipt(ExtentResult result) {
    return ExtentReceipt.newBuilder()
        .setOrdinal(result.ordinal())
        .setReadBytes(result.replayed() ? 0 : result.readBytes())
        .setZeroBytes(result.zeroBytes())
        .setStoredBytes(result.storedBytes())
        .setChunks(result.chunks())
        .setNewChunks(result.newChunks())
        .setReplayed(result.replayed())
        .build();
  }

  @Override
  public void syncStream(SyncStreamRequest request, StreamObserver<SyncStreamResponse> observer) {
    Calls.complete(
        observer,
        () ->
            backups
                .sync(request.getSessionId(), request.getDiskKey(), request.getStream())
                .thenApply(next -> SyncStreamResponse.newBuilder().setNextOrdinal(next).build()));
  }

  @Override
  public void setBackupLimits(SetLimitsRequest request, StreamObserver<LimitsInForce> observer) {
    calls.answer(observer, () -> backups.limit(request));
  }

  @Override
  public void sealBackup(SealBackupRequest request, StreamObserver<RestorePointSummary> observer) {
    calls.answer(observer, () -> backups.seal(request.getSessionId()));
  }

  @Override
  public void releaseBackup(
      ReleaseBackupRequest request, StreamObserver<ReleaseBackupResponse> observer) {
    calls.answer(observer, () -> backups.release(request));
  }

  @Override
  public void removeLeftovers(
      RemoveLeftoversRequest request, StreamObserver<RemoveLeftoversResponse> observer) {
    calls.answer(observer, () -> backups.removeLeftovers(request));
  }
}
