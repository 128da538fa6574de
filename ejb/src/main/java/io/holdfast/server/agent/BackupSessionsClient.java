package io.holdfast.server.agent;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.BackupRequest;
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
import java.util.concurrent.CompletionStage;

/** The protocol's {@code BackupSessions} of one agent; errors as {@link AgentGateway}. */
public interface BackupSessionsClient {
  /** Time limit 60 s. */
  BackupPlan planBackup(BackupRequest request);

  /** CAS-06: many VMs at once. Time limit 5 min. */
  CheckVmsResponse checkVms(CheckVmsRequest request);

  /** Time limit 15 min. */
  BackupBegun beginBackup(BackupRequest request);

  /** Time limit 65 min; does not block, as {@link #transferExtent}. */
  CompletionStage<PlanPage> readPlan(ReadPlanRequest request);

  /**
   * No time limit, because a speed limit may hold an extent for hours; cancel the stage's future to
   * give it up. A connection that dies is noticed all the same. Does not block; the stage completes
   * on a transport thread, exceptionally with a {@link io.holdfast.error.BackupException} (never
   * wrapped in the stage itself; {@code CompletableFuture.join} wraps as always).
   */
  CompletionStage<ExtentReceipt> transferExtent(TransferExtentRequest request);

  /** OPT-10, OPT-11. Time limit 30 s. */
  LimitsInForce setBackupLimits(SetLimitsRequest request);

  /** Time limit 65 min; does not block, as {@link #transferExtent}. */
  CompletionStage<SyncStreamResponse> syncStream(SyncStreamRequest request);

  /** Time limit 30 min. */
  RestorePointSummary sealBackup(SealBackupRequest request);

  /** Time limit 30 min. */
  ReleaseBackupResponse releaseBackup(ReleaseBackupRequest request);

  /** CAS-05. Time limit 30 min. */
  RemoveLeftoversResponse removeLeftovers(RemoveLeftoversRequest request);
}
