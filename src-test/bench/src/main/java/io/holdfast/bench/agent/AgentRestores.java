package io.holdfast.bench.agent;

import io.holdfast.agent.protocol.FinishRestoreRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.ReleaseRestoreRequest;
import io.holdfast.agent.protocol.RestoreDisk;
import io.holdfast.agent.protocol.RestoreExtentRequest;
import io.holdfast.agent.protocol.RestoreExtentSpan;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.RestoreSessionsGrpc;
import io.holdfast.agent.protocol.RestoreStreamPlan;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.agent.protocol.SyncRestoreRequest;
import io.holdfast.agent.protocol.VerifyDiskRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Drives restores of an agent to new VMs. Used by one thread. */
public final class AgentRestores {
  private final RestoreSessionsGrpc.RestoreSessionsBlockingStub restores;
  private final RestoreSessionsGrpc.RestoreSessionsFutureStub transfers;
  private final int streams;
  private final PoolRoute route;

  /**
   * @param streams per disk (OPT-06)
   */
  public AgentRestores(AgentProcess agent, int streams) {
    this(agent, streams, PoolRoute.OWN);
  }

  /**
   * @param route to the pools
   */
  public AgentRestores(AgentProcess agent, int streams, PoolRoute route) {
    this.route = route;
    this.restores = RestoreSessionsGrpc.newBlockingStub(agent.channel());
    this.transfers = RestoreSessionsGrpc.newFutureStub(agent.channel());
    this.streams = streams;
  }

  /** Makes the new VM and its disks, writes all data, durably: what is timed as the restore. */
  public RestoreRequest restore(PoolAccess pool, RestorePointSummary point, String newVm) {
    RestoreRequest.Builder request =
        RestoreRequest.newBuilder()
            .setSessionId(UUID.randomUUID().toString())
            .setPlatform(ImagePlatform.access())
            .setPool(route.to(pool, "", List.of(point.getRestorePointId())))
            .setRestorePointId(point.getRestorePointId())
            .setMode(RestoreMode.NEW_VM)
            .setStreamsPerDisk(streams)
            .setTargetHostId("1")
            .setNewVmName(newVm);
    point
        .getDisksList()
        .forEach(
            disk ->
                request.addDisks(RestoreDisk.newBuilder().setDiskKey(disk.getDisk().getDiskKey())));
    RestoreRequest sent = request.build();
    RestoreTarget target = restores.createTarget(sent);
    List<Runnable> work = new ArrayList<>();
    for (RestoreStreamPlan stream : target.getStreamsList()) {
      work.add(() -> transfer(sent.getSessionId(), stream));
    }
    StreamWindow.together(work);
    return sent;
  }

  private void transfer(String session, RestoreStreamPlan stream) {
    RestoreExtentRequest.Builder request =
        RestoreExtentRequest.newBuilder()
            .setSessionId(session)
            .setDiskKey(stream.getDiskKey())
            .setStream(stream.getStream());
    SyncRestoreRequest sync =
        SyncRestoreRequest.newBuilder()
            .setSessionId(session)
            .setDiskKey(stream.getDiskKey())
            .setStream(stream.getStream())
            .build();
    StreamWindow.walk(
        stream.getExtentCount(),
        ordinal ->
            transfers.restoreExtent(
                request.setExtent(RestoreExtentSpan.newBuilder().setOrdinal(ordinal)).build()),
        () -> restores.syncRestore(sync));
  }

  /** Has the written disks read back and compared, as the product does after every restore. */
  public void readBack(RestoreRequest request) {
    for (RestoreDisk disk : request.getDisksList()) {
      restores.verifyDisk(
          VerifyDiskRequest.newBuilder()
              .setSessionId(request.getSessionId())
              .setDiskKey(disk.getDiskKey())
              .build());
    }
  }

  /** Ends the session; the VM stays. */
  public void end(RestoreRequest request) {
    restores.finishRestore(
        FinishRestoreRequest.newBuilder().setSessionId(request.getSessionId()).build());
    restores.releaseRestore(
        ReleaseRestoreRequest.newBuilder()
            .setSessionId(request.getSessionId())
            .setPlatform(request.getPlatform())
            .setPool(request.getPool())
            .build());
  }
}
