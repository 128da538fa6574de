package io.holdfast.agent.server;

import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.FinishRestoreRequest;
import io.holdfast.agent.protocol.LimitsInForce;
import io.holdfast.agent.protocol.ReadRestorePlanRequest;
import io.holdfast.agent.protocol.ReleaseRestoreRequest;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.agent.protocol.RestoreExtentRequest;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.agent.protocol.RestorePlan;
import io.holdfast.agent.protocol.RestorePlanPage;
import io.holdfast.agent.protocol.RestoreReceipt;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreSessionsGrpc;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.protocol.SetLimitsRequest;
import io.holdfast.agent.protocol.SyncRestoreRequest;
import io.holdfast.agent.protocol.SyncRestoreResponse;
import io.holdfast.agent.protocol.VerifyDiskRequest;
import io.holdfast.agent.protocol.VerifyDiskResponse;
import io.holdfast.agent.restore.OpenRestores;

/** Restore sessions over the wire. Spans are answered by the workers that wrote them. */
final class RestoreSessionsService extends RestoreSessionsGrpc.RestoreSessionsImplBase {
  private static final int MAX_PAGE = 1024;

  private final OpenRestores restores;
  private final Calls calls;

  RestoreSessionsService(OpenRestores restores, Calls calls) {
    this.restores = restores;
    this.calls = calls;
  }

  @Override
  public void planRestore(RestoreRequest request, StreamObserver<RestorePlan> observer) {
    calls.answer(observer, () -> restores.plan(request));
  }

  @Override
  public void createTarget(RestoreRequest request, StreamObserver<RestoreTarget> observer) {
    calls.answer(observer, () -> restores.createTarget(request));
  }

  @Override
  public void readRestorePlan(
      ReadRestorePlanRequest request, StreamObserver<RestorePlanPage> observer) {
    calls.answer(
        observer,
        () ->
            RestorePlanPage.newBuilder()
                .addAllExtents(
                    restores.plan(
                        request.getSessionId(),
                        request.getDiskKey(),
                        request.getStream(),
                        request.getFromOrdinal(),
                        Math.max(1, Math.min(MAX_PAGE, request.getLimit()))))
                .build());
  }

  @Override
  public void restoreExtent(RestoreExtentRequest request, StreamObserver<RestoreReceipt> observer) {
    Calls.complete(
        observer,
        () ->
            restores.restore(
                request.getSessionId(),
                request.getDiskKey(),
                request.getStream(),
                request.getExtent().getOrdinal()));
  }

  @Override
  public void setRestoreLimits(SetLimitsRequest request, StreamObserver<LimitsInForce> observer) {
    calls.answer(observer, () -> restores.limit(request));
  }

  @Override
  public void syncRestore(
      SyncRestoreRequest request, StreamObserver<SyncRestoreResponse> observer) {
    Calls.complete(
        observer,
        () ->
            restores
                .sync(request.getSessionId(), request.getDiskKey(), request.getStream())
                .thenApply(done -> SyncRestoreResponse.getDefaultInstance()));
  }

  @Override
  public void verifyDisk(VerifyDiskRequest request, StreamObserver<VerifyDiskResponse> observer) {
    calls.answer(
        observer,
        () ->
            VerifyDiskResponse.newBuilder()
                .setVerifiedBytes(restores.verify(request.getSessionId(), request.getDiskKey()))
                .build());
  }

  @Override
  public void finishRestore(FinishRestoreRequest request, StreamObserver<RestoreOutcome> observer) {
    calls.answer(observer, () -> restores.finish(request.getSessionId()));
  }

  @Override
  public void releaseRestore(
      ReleaseRestoreRequest request, StreamObserver<ReleaseRestoreResponse> observer) {
    calls.answer(observer, () -> restores.release(request));
  }
}
