package io.holdfast.agent.testing;

import io.holdfast.agent.protocol.FinishRestoreRequest;
import io.holdfast.agent.protocol.ReadRestorePlanRequest;
import io.holdfast.agent.protocol.ReleaseRestoreRequest;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.agent.protocol.RestoreDisk;
import io.holdfast.agent.protocol.RestoreExtentRequest;
import io.holdfast.agent.protocol.RestoreExtentSpan;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreReceipt;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreStreamPlan;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.protocol.SyncRestoreRequest;
import io.holdfast.agent.protocol.VerifyDiskRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Drives restores as the server's batch job does. */
public final class RestoreDriver {
  private final TestAgent agent;

  public RestoreDriver(TestAgent agent) {
    this.agent = agent;
  }

  /** A request for all disks of a restore point. */
  public RestoreRequest.Builder request(RestorePointSummary point, RestoreMode mode) {
    RestoreRequest.Builder request =
        RestoreRequest.newBuilder()
            .setSessionId(UUID.randomUUID().toString())
            .setPlatform(TestPlatform.access())
            .setPool(agent.pool())
            .setRestorePointId(point.getRestorePointId())
            .setMode(mode)
            .setStreamsPerDisk(4)
            .setTransferBytes(4 * TestAgent.CHUNK_BYTES)
            .setTargetHostId("1")
            .setNewVmName("restored");
    point
        .getDisksList()
        .forEach(
            disk ->
                request.addDisks(RestoreDisk.newBuilder().setDiskKey(disk.getDisk().getDiskKey())));
    return request;
  }

  /** From target to release. */
  public RestoreOutcome run(RestoreRequest request) {
    RestoreTarget target = agent.restores().createTarget(request);
    for (RestoreStreamPlan stream : target.getStreamsList()) {
      transfer(request, stream, 0, Long.MAX_VALUE);
    }
    verify(request);
    RestoreOutcome outcome = finish(request);
    release(request, false);
    return outcome;
  }

  public List<RestoreReceipt> transfer(
      RestoreRequest request, RestoreStreamPlan stream, long from, long to) {
    List<RestoreReceipt> receipts = new ArrayList<>();
    for (long at = from; at < Math.min(to, stream.getExtentCount()); at++) {
      for (RestoreExtentSpan span : plan(request, stream, at)) {
        receipts.add(
            agent
                .restores()
                .restoreExtent(
                    RestoreExtentRequest.newBuilder()
                        .setSessionId(request.getSessionId())
                        .setDiskKey(stream.getDiskKey())
                        .setStream(stream.getStream())
                        .setExtent(span)
                        .build()));
      }
    }
    agent
        .restores()
        .syncRestore(
            SyncRestoreRequest.newBuilder()
                .setSessionId(request.getSessionId())
                .setDiskKey(stream.getDiskKey())
                .setStream(stream.getStream())
                .build());
    return receipts;
  }

  private List<RestoreExtentSpan> plan(
      RestoreRequest request, RestoreStreamPlan stream, long ordinal) {
    return agent
        .restores()
        .readRestorePlan(
            ReadRestorePlanRequest.newBuilder()
                .setSessionId(request.getSessionId())
                .setDiskKey(stream.getDiskKey())
                .setStream(stream.getStream())
                .setFromOrdinal(ordinal)
                .setLimit(1)
                .build())
        .getExtentsList();
  }

  public long verify(RestoreRequest request) {
    long verified = 0;
    for (RestoreDisk disk : request.getDisksList()) {
      verified +=
          agent
              .restores()
              .verifyDisk(
                  VerifyDiskRequest.newBuilder()
                      .setSessionId(request.getSessionId())
                      .setDiskKey(disk.getDiskKey())
                      .build())
              .getVerifiedBytes();
    }
    return verified;
  }

  public RestoreOutcome finish(RestoreRequest request) {
    return agent
        .restores()
        .finishRestore(
            FinishRestoreRequest.newBuilder().setSessionId(request.getSessionId()).build());
  }

  public ReleaseRestoreResponse release(RestoreRequest request, boolean abandon) {
    return agent
        .restores()
        .releaseRestore(
            ReleaseRestoreRequest.newBuilder()
                .setSessionId(request.getSessionId())
                .setPlatform(request.getPlatform())
                .setPool(request.getPool())
                .setAbandon(abandon)
                .build());
  }
}
