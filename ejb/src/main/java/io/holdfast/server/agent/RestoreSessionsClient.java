package io.holdfast.server.agent;

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
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.protocol.SetLimitsRequest;
import io.holdfast.agent.protocol.SyncRestoreRequest;
import io.holdfast.agent.protocol.SyncRestoreResponse;
import io.holdfast.agent.protocol.VerifyDiskRequest;
import io.holdfast.agent.protocol.VerifyDiskResponse;
import java.util.concurrent.CompletionStage;

/** The protocol's {@code RestoreSessions} of one agent; errors as {@link AgentGateway}. */
public interface RestoreSessionsClient {
  /** Time limit 60 s. */
  RestorePlan planRestore(RestoreRequest request);

  /** Time limit 30 min. */
  RestoreTarget createTarget(RestoreRequest request);

  /** Time limit 30 s; does not block, as {@link BackupSessionsClient#transferExtent}. */
  CompletionStage<RestorePlanPage> readRestorePlan(ReadRestorePlanRequest request);

  /** No time limit; does not block, as {@link BackupSessionsClient#transferExtent}. */
  CompletionStage<RestoreReceipt> restoreExtent(RestoreExtentRequest request);

  /** OPT-10, OPT-11. Time limit 30 s. */
  LimitsInForce setRestoreLimits(SetLimitsRequest request);

  /** Time limit 5 min; does not block, as {@link BackupSessionsClient#transferExtent}. */
  CompletionStage<SyncRestoreResponse> syncRestore(SyncRestoreRequest request);

  /** Time limit 24 h; does not block, as {@link BackupSessionsClient#transferExtent}. */
  CompletionStage<VerifyDiskResponse> verifyDisk(VerifyDiskRequest request);

  /** Time limit 15 min. */
  RestoreOutcome finishRestore(FinishRestoreRequest request);

  /** Time limit 30 min. */
  ReleaseRestoreResponse releaseRestore(ReleaseRestoreRequest request);
}
