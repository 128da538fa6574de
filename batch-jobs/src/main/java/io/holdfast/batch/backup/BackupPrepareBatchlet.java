package io.holdfast.batch.backup;

import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.batch.transfer.TaskBatchlet;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.run.BackupRequests;
import io.holdfast.server.run.TaskFacts.Facts;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TransferLedger;
import io.holdfast.server.run.VmClaims;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;

/** Has the backup host check the VM, before anything is changed on the platform or in the pool. */
@Dependent
@Named("backupPrepareBatchlet")
public class BackupPrepareBatchlet extends TaskBatchlet {
  @Inject private AgentGateway gateway;
  @Inject private BackupRequests requests;
  @Inject private TaskLifecycle lifecycle;
  @Inject private TransferLedger ledger;
  @Inject private VmClaims claims;

  @Override
  protected String perform(Facts now) {
    if (now.task().isAccomplished()) {
      return ACCOMPLISHED;
    }
    if (!ledger.disks(now.task().getId()).isEmpty()) {
      return NEXT;
    }
    BackupPlan plan =
        gateway.backupSessions(now.run().getAgentId()).planBackup(requests.backup(now));
    // All that follows is about the VM that was found, so only now can it be said where it was.
    lifecycle.notices(now.task().getId(), foundAgain(plan));
    lifecycle.checked(now.task().getId(), plan.getVm());
    claims.claim(now.task().getId(), plan.getVm());
    return isLeftOut(now, plan) ? SKIPPED : NEXT;
  }

  private static List<Notice> foundAgain(BackupPlan plan) {
    return plan.getNoticesList().stream()
        .filter(notice -> notice.getCode().equals(NoticeCode.VM_FOUND_BY_UUID.name()))
        .toList();
  }

  /** CAS-03: an incremental that the platform can never do for this VM. */
  private boolean isLeftOut(Facts now, BackupPlan plan) {
    boolean turnedFull =
        now.run().getBackupType() != BackupType.FULL
            && BackupType.ofProtocol(plan.getEffectiveType()) == BackupType.FULL;
    if (!turnedFull || plan.getTrackable()) {
      return false;
    }
    String vm = plan.getVm().getName();
    return switch (now.run().getOptions().handling().untracked()) {
      case FULL -> false;
      case SKIP_AND_ALARM -> throw BackupException.of(ErrorCode.VM_NOT_TRACKABLE, "vm", vm);
      case SKIP_SILENTLY -> {
        lifecycle.skipped(now.task().getId(), NoticeCode.VM_SKIPPED_UNTRACKED, "vm", vm);
        yield true;
      }
    };
  }
}
