package io.holdfast.batch.backup;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlannedDisk;
import io.holdfast.agent.protocol.SealBackupRequest;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.batch.transfer.TaskBatchlet;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.BackupSessionsClient;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.run.BackupRequests;
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
 * Has the snapshot taken and the plan made, or, on a restart, both found again; enters the plan in
 * the tables or compares it with what stands there.
 */
@Dependent
@Named("snapshotBatchlet")
public class SnapshotBatchlet extends TaskBatchlet {
  @Inject private AgentGateway gateway;
  @Inject private BackupRequests requests;
  @Inject private TaskLifecycle lifecycle;
  @Inject private TransferLedger ledger;

  @Override
  protected String perform(Facts now) {
    UUID taskId = now.task().getId();
    if (now.task().isAccomplished()) {
      return ACCOMPLISHED;
    }
    BackupSessionsClient sessions = gateway.backupSessions(now.run().getAgentId());
    if (ledger.isComplete(taskId) && isSealable(sessions, taskId)) {
      return NOTHING_TO_TRANSFER;
    }
    lifecycle.advance(taskId, TaskState.BACKING_UP_CONFIGURATION);
    lifecycle.releaseDue(taskId);
    lifecycle.advance(taskId, TaskState.QUERYING_CHANGED_DATA);
    BackupBegun begun = sessions.beginBackup(requests.backup(now));
    lifecycle.checked(taskId, begun.getVm());
    boolean first = ledger.disks(taskId).isEmpty();
    if (!first) {
      lifecycle.notices(taskId, ofTheResumption(begun));
    }
    if (ledger.isComplete(taskId)) {
      // Transferred whole before the interruption; a session that is sealed already has no plan.
      return NOTHING_TO_TRANSFER;
    }
    lifecycle.advance(taskId, TaskState.CHECKING_DATA);
    ledger.enter(taskId, disks(taskId, begun), streams(taskId, begun));
    lifecycle.decided(taskId, BackupType.ofProtocol(begun.getEffectiveType()));
    if (first) {
      report(now, begun);
    }
    return ledger.isComplete(taskId) ? NOTHING_TO_TRANSFER : NEXT;
  }

  /** Whether the session was transferred whole and the agent still has it open, or sealed. */
  private static boolean isSealable(BackupSessionsClient sessions, UUID taskId) {
    try {
      sessions.sealBackup(SealBackupRequest.newBuilder().setSessionId(taskId.toString()).build());
      return true;
    } catch (BackupException failure) {
      if (failure.code() == ErrorCode.SESSION_NOT_OPEN) {
        return false;
      }
      throw failure;
    }
  }

  /**
   * What the backup host says of going on. The other notices are those of the beginning, which the
   * log has: they come again with the plan.
   */
  private static List<Notice> ofTheResumption(BackupBegun begun) {
    return begun.getNoticesList().stream()
        .filter(notice -> notice.getCode().equals(NoticeCode.SESSION_RESUMED.name()))
        .toList();
  }

  private void report(Facts now, BackupBegun begun) {
    UUID taskId = now.task().getId();
    lifecycle.notices(taskId, begun.getNoticesList());
    long bytes = begun.getStreamsList().stream().mapToLong(StreamPlan::getReadBytes).sum();
    lifecycle.info(
        taskId,
        NoticeCode.VM_BACKUP_PLANNED,
        "vm",
        now.task().getVmName(),
        "type",
        begun.getEffectiveType().name(),
        "bytes",
        bytes,
        "disks",
        begun.getDisksList().stream().filter(PlannedDisk::getIncluded).count());
  }

  private static List<TaskDisk> disks(UUID taskId, BackupBegun begun) {
    List<TaskDisk> disks = new ArrayList<>();
    for (PlannedDisk planned : begun.getDisksList()) {
      TaskDisk disk =
          new TaskDisk(
              taskId,
              disks.size(),
              planned.getDisk().getDiskKey(),
              planned.getDisk().getDevice(),
              planned.getDisk().getSizeBytes());
      if (!planned.getIncluded()) {
        disk.excludedBecause(
            planned.getExcludedBecause().getCode(),
            planned.getExcludedBecause().getParametersMap());
      }
      disks.add(disk);
    }
    return disks;
  }

  private static List<TransferStream> streams(UUID taskId, BackupBegun begun) {
    List<String> keys =
        begun.getDisksList().stream().map(planned -> planned.getDisk().getDiskKey()).toList();
    List<TransferStream> streams = new ArrayList<>();
    for (StreamPlan plan : begun.getStreamsList()) {
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
              new TransferStream.Plan(plan.getReadBytes(), plan.getDigest())));
    }
    return streams;
  }
}
