package io.holdfast.server.agent.transport;

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
import io.holdfast.server.agent.RestoreSessionsClient;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** {@link RestoreSessionsClient} by gRPC. */
record GrpcRestoreSessions(AgentCalls calls) implements RestoreSessionsClient {
  private static final Duration PLAN = Duration.ofSeconds(60);
  private static final Duration PAGE = Duration.ofSeconds(30);
  private static final Duration SYNC = Duration.ofMinutes(5);
  private static final Duration FINISH = Duration.ofMinutes(15);
  private static final Duration LONG = Duration.ofMinutes(30);
  private static final Duration VERIFY = Duration.ofHours(24);

  @Override
  public RestorePlan planRestore(RestoreRequest request) {
    return calls.ask(RestoreSessionsGrpc.getPlanRestoreMethod(), PLAN, request);
  }

  @Override
  public RestoreTarget createTarget(RestoreRequest request) {
    return calls.ask(RestoreSessionsGrpc.getCreateTargetMethod(), LONG, request);
  }

  @Override
  public CompletionStage<RestorePlanPage> readRestorePlan(ReadRestorePlanRequest request) {
    return calls.askLater(RestoreSessionsGrpc.getReadRestorePlanMethod(), PAGE, request);
  }

  @Override
  public CompletionStage<RestoreReceipt> restoreExtent(RestoreExtentRequest request) {
    return calls.askLater(RestoreSessionsGrpc.getRestoreExtentMethod(), request);
  }

  @Override
  public LimitsInForce setRestoreLimits(SetLimitsRequest request) {
    return calls.ask(RestoreSessionsGrpc.getSetRestoreLimitsMethod(), PAGE, request);
  }

  @Override
  public CompletionStage<SyncRestoreResponse> syncRestore(SyncRestoreRequest request) {
    return calls.askLater(RestoreSessionsGrpc.getSyncRestoreMethod(), SYNC, request);
  }

  @Override
  public CompletionStage<VerifyDiskResponse> verifyDisk(VerifyDiskRequest request) {
    return calls.askLater(RestoreSessionsGrpc.getVerifyDiskMethod(), VERIFY, request);
  }

  @Override
  public RestoreOutcome finishRestore(FinishRestoreRequest request) {
    return calls.ask(RestoreSessionsGrpc.getFinishRestoreMethod(), FINISH, request);
  }

  @Override
  public ReleaseRestoreResponse releaseRestore(ReleaseRestoreRequest request) {
    return calls.ask(RestoreSessionsGrpc.getReleaseRestoreMethod(), LONG, request);
  }
}
