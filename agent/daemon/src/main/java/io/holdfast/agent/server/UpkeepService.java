package io.holdfast.agent.server;

import io.grpc.stub.StreamObserver;
import io.holdfast.agent.protocol.ListPointFactsRequest;
import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PreviewRemovalRequest;
import io.holdfast.agent.protocol.ProtectPointRequest;
import io.holdfast.agent.protocol.RemovalPreview;
import io.holdfast.agent.protocol.RemovePointRequest;
import io.holdfast.agent.protocol.RemovePointResponse;
import io.holdfast.agent.protocol.RetentionReport;
import io.holdfast.agent.protocol.RetentionRequest;
import io.holdfast.agent.protocol.StartUpkeepRequest;
import io.holdfast.agent.protocol.UpkeepGrpc;
import io.holdfast.agent.protocol.UpkeepJobRef;
import io.holdfast.agent.protocol.UpkeepStatus;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.agent.upkeep.PoolPoints;
import io.holdfast.agent.upkeep.RetentionRun;
import io.holdfast.agent.upkeep.UpkeepJobs;
import io.holdfast.pool.store.Pool;
import java.time.Clock;
import java.util.function.Function;

/** Upkeep of this agent's pools (POOL-09, POOL-10). */
final class UpkeepService extends UpkeepGrpc.UpkeepImplBase {
  private final OpenPools pools;
  private final UpkeepJobs jobs;
  private final Calls calls;
  private final Clock clock;

  UpkeepService(OpenPools pools, UpkeepJobs jobs, Calls calls, Clock clock) {
    this.pools = pools;
    this.jobs = jobs;
    this.calls = calls;
    this.clock = clock;
  }

  private <T> void answer(
      StreamObserver<T> observer, PoolAccess access, Function<Pool, T> question) {
    calls.answer(
        observer,
        () -> {
          try (OpenPools.Use use = pools.look(access)) {
            return question.apply(use.pool());
          }
        });
  }

  @Override
  public void applyRetention(RetentionRequest request, StreamObserver<RetentionReport> observer) {
    answer(observer, request.getPool(), pool -> new RetentionRun(pool, request, clock).run());
  }

  @Override
  public void previewRemoval(
      PreviewRemovalRequest request, StreamObserver<RemovalPreview> observer) {
    answer(
        observer,
        request.getPool(),
        pool -> PoolPoints.preview(pool, request.getRestorePointIdsList()));
  }

  @Override
  public void removePoint(
      RemovePointRequest request, StreamObserver<RemovePointResponse> observer) {
    answer(
        observer,
        request.getPool(),
        pool ->
            RemovePointResponse.newBuilder()
                .setRemoved(PoolPoints.remove(pool, request.getRestorePointId()))
                .build());
  }

  @Override
  public void protectPoint(ProtectPointRequest request, StreamObserver<PointFacts> observer) {
    answer(
        observer,
        request.getPool(),
        pool -> PoolPoints.protect(pool, request.getRestorePointId(), request.getHeld()));
  }

  @Override
  public void listPointFacts(ListPointFactsRequest request, StreamObserver<PointFacts> observer) {
    calls.stream(
        observer,
        out -> {
          try (OpenPools.Use use = pools.look(request.getPool())) {
            PoolPoints.list(use.pool(), out);
          }
        });
  }

  @Override
  public void startUpkeep(StartUpkeepRequest request, StreamObserver<UpkeepStatus> observer) {
    calls.answer(observer, () -> jobs.start(request));
  }

  @Override
  public void describeUpkeep(UpkeepJobRef request, StreamObserver<UpkeepStatus> observer) {
    calls.answer(observer, () -> jobs.describe(request.getJobId()));
  }

  @Override
  public void stopUpkeep(UpkeepJobRef request, StreamObserver<UpkeepStatus> observer) {
    calls.answer(observer, () -> jobs.stop(request.getJobId()));
  }
}
