package io.holdfast.batch.restore;

import io.holdfast.agent.protocol.RestoreStreamPlan;
import io.holdfast.agent.protocol.RestoreTarget;
import io.holdfast.batch.transfer.TaskBatchlet;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.catalog.RestorePoint;
import io.holdfast.server.catalog.RestorePointDisk;
import io.holdfast.server.restore.RestoreDefinition;
import io.holdfast.server.restore.RestoreOrders;
import io.holdfast.server.run.TaskDisk;
import io.holdfast.server.run.TaskFacts.Facts;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TaskState;
import io.holdfast.server.run.TransferLedger;
import io.holdfast.server.run.TransferStream;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Has the target VM or disks made, or, on a restart, found again; enters the plan in the tables or
 * compares it with what stands there.
 */
@Dependent
@Named("createTargetBatchlet")
public class CreateTargetBatchlet extends TaskBatchlet {
  @Inject private AgentGateway gateway;
  @Inject private RestoreOrders orders;
  @Inject private TaskLifecycle lifecycle;
  @Inject private TransferLedger ledger;

  @Override
  protected String perform(Facts now) {
    UUID taskId = now.task().getId();
    if (now.task().isAccomplished()) {
      return ACCOMPLISHED;
    }
    lifecycle.advance(taskId, TaskState.CREATING_TARGET);
    lifecycle.releaseDue(taskId);
    RestoreTarget target =
        gateway.restoreSessions(now.run().getAgentId()).createTarget(orders.request(now));
    boolean first = ledger.disks(taskId).isEmpty();
    List<TaskDisk> disks = disks(taskId);
    ledger.enter(taskId, disks, streams(taskId, target, disks));
    lifecycle.targetIs(taskId, target.getVmId(), target.getVmName());
    if (first) {
      lifecycle.notices(taskId, target.getNoticesList());
    }
    return ledger.isComplete(taskId) ? NOTHING_TO_TRANSFER : NEXT;
  }

  private List<TaskDisk> disks(UUID taskId) {
    RestorePoint point = orders.point(taskId);
    List<TaskDisk> disks = new ArrayList<>();
    for (RestoreDefinition.Disk chosen : orders.definition(taskId).disks()) {
      RestorePointDisk disk =
          point.disks().stream()
              .filter(candidate -> candidate.diskKey().equals(chosen.diskKey()))
              .findFirst()
              .orElseThrow(
                  () ->
                      BackupException.of(
                          ErrorCode.NOT_FOUND, "what", "disk", "id", chosen.diskKey()));
      disks.add(
          new TaskDisk(taskId, disks.size(), disk.diskKey(), disk.device(), disk.sizeBytes()));
    }
    return disks;
  }

  private static List<TransferStream> streams(
      UUID taskId, RestoreTarget target, List<TaskDisk> disks) {
    List<String> keys = disks.stream().map(TaskDisk::getDiskKey).toList();
    List<TransferStream> streams = new ArrayList<>();
    for (RestoreStreamPlan plan : target.getStreamsList()) {
      int diskNo = keys.indexOf(plan.getDiskKey());
      if (diskNo < 0) {
        throw BackupException.of(
            ErrorCode.INTERNAL_ERROR, "what", "plan names no disk " + plan.getDiskKey());
      }
      streams.add(
          new TransferStream(
              taskId,
              new TransferStream.StreamKey(diskNo, plan.getDiskKey(), plan.getStream()),
              plan.getExtentCount(),
              new TransferStream.Plan(plan.getDataBytes(), plan.getDigest())));
    }
    return streams;
  }
}
