package io.holdfast.server.agent.transport;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupSessionsGrpc;
import io.holdfast.agent.protocol.CheckVmsRequest;
import io.holdfast.agent.protocol.CheckVmsResponse;
import io.holdfast.agent.protocol.ExtentReceipt;
import io.holdfast.agent.protocol.LimitsInForce;
import io.holdfast.agent.protocol.PlanPage;
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
import io.holdfast.server.agent.BackupSessionsClient;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** {@link BackupSessionsClient} by gRPC. */
record GrpcBackupSessions(AgentCalls calls) implements BackupSessionsClient {
  private static final Duration PLAN = Duration.ofSeconds(60);
  private static final Duration CHECK = Duration.ofMinutes(5);
  private static final Duration BEGIN = Duration.ofMinutes(15);

  /** Longer than the longest reconnect time to a pool of another agent (OPT-08). */
  private static final Duration PAGE = Duration.ofMinutes(65);

  private static final Duration SYNC = Duration.ofMinutes(65);
  private static final Duration LIMITS = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(30);

  @Override
  public BackupPlan planBackup(BackupRequest request) {
    return calls.ask(BackupSessionsGrpc.getPlanBackupMethod(), PLAN, request);
  }

  @Override
  public CheckVmsResponse checkVms(CheckVmsRequest request) {
    return calls.ask(BackupSessionsGrpc.getCheckVmsMethod(), CHECK, request);
  }

  @Override
  public BackupBegun beginBackup(BackupRequest request) {
    return calls.ask(BackupSessionsGrpc.getBeginBackupMethod(), BEGIN, request);
  }

  @Override
  public CompletionStage<PlanPage> readPlan(ReadPlanRequest request) {
    return calls.askLater(BackupSessionsGrpc.getReadPlanMethod(), PAGE, request);
  }

  @Override
  public CompletionStage<ExtentReceipt> transferExtent(TransferExtentRequest request) {
    return calls.askLater(BackupSessionsGrpc.getTransferExtentMethod(), request);
  }

  @Override
  public LimitsInForce setBackupLimits(SetLimitsRequest request) {
    return calls.ask(BackupSessionsGrpc.getSetBackupLimitsMethod(), LIMITS, request);
  }

  @Override
  public CompletionStage<SyncStreamResponse> syncStream(SyncStreamRequest request) {
    return calls.askLater(BackupSessionsGrpc.getSyncStreamMethod(), SYNC, request);
  }

  @Override
  public RestorePointSummary sealBackup(SealBackupRequest request) {
    return calls.ask(BackupSessionsGrpc.getSealBackupMethod(), LONG, request);
  }

  @Override
  public ReleaseBackupResponse releaseBackup(ReleaseBackupRequest request) {
    return calls.ask(BackupSessionsGrpc.getReleaseBackupMethod(), LONG, request);
  }

  @Override
  public RemoveLeftoversResponse removeLeftovers(RemoveLeftoversRequest request) {
    return calls.ask(BackupSessionsGrpc.getRemoveLeftoversMethod(), LONG, request);
  }
}
