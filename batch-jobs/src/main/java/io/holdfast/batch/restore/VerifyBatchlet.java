package io.holdfast.batch.restore;

import io.holdfast.agent.protocol.VerifyDiskRequest;
import io.holdfast.agent.protocol.VerifyDiskResponse;
import io.holdfast.batch.transfer.PendingAnswer;
import io.holdfast.batch.transfer.TaskBatchlet;
import io.holdfast.batch.transfer.TransferCompleteness;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.run.TaskDisk;
import io.holdfast.server.run.TaskFacts.Facts;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TaskState;
import io.holdfast.server.run.TransferLedger;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Has every restored disk read back and compared with the checksums of the backup (RST-02). Disks
 * that were found right before a restart are not read again.
 */
@Dependent
@Named("verifyBatchlet")
public class VerifyBatchlet extends TaskBatchlet {
  @Inject private AgentGateway gateway;
  @Inject private TaskLifecycle lifecycle;
  @Inject private TransferLedger ledger;
  @Inject private TransferCompleteness completeness;

  @Override
  protected String perform(Facts now) {
    UUID taskId = now.task().getId();
    if (now.task().isAccomplished()) {
      return ACCOMPLISHED;
    }
    completeness.require(taskId);
    lifecycle.advance(taskId, TaskState.VERIFYING);
    for (TaskDisk disk : ledger.disks(taskId)) {
      if (disk.getVerifiedBytes() == 0) {
        long bytes = verify(now, disk);
        ledger.verified(taskId, disk.getDiskNo(), bytes);
        lifecycle.info(
            taskId,
            NoticeCode.VM_RESTORE_VERIFIED,
            "vm",
            now.task().getVmName(),
            "disk",
            disk.getDevice(),
            "bytes",
            bytes);
      }
    }
    return NEXT;
  }

  private long verify(Facts now, TaskDisk disk) {
    CompletableFuture<VerifyDiskResponse> answer =
        gateway
            .restoreSessions(now.run().getAgentId())
            .verifyDisk(
                VerifyDiskRequest.newBuilder()
                    .setSessionId(now.task().getId().toString())
                    .setDiskKey(disk.getDiskKey())
                    .build())
            .toCompletableFuture();
    return PendingAnswer.await(answer, "verification", this::isStopped).getVerifiedBytes();
  }
}
