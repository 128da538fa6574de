package io.holdfast.batch.restore;

import io.holdfast.agent.protocol.RestorePlan;
import io.holdfast.batch.transfer.TaskBatchlet;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.restore.RestoreOrders;
import io.holdfast.server.run.TaskFacts.Facts;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TransferLedger;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;

/** Has the backup host check point and target once more, before anything is changed. */
@Dependent
@Named("restorePrepareBatchlet")
public class RestorePrepareBatchlet extends TaskBatchlet {
  @Inject private AgentGateway gateway;
  @Inject private RestoreOrders orders;
  @Inject private TaskLifecycle lifecycle;
  @Inject private TransferLedger ledger;

  @Override
  protected String perform(Facts now) {
    if (now.task().isAccomplished()) {
      return ACCOMPLISHED;
    }
    // Once the target may exist, a plan would find its own half-made VM in the way.
    if (now.task().isReleaseDue() || !ledger.disks(now.task().getId()).isEmpty()) {
      return NEXT;
    }
    RestorePlan plan =
        gateway.restoreSessions(now.run().getAgentId()).planRestore(orders.request(now));
    lifecycle.notices(now.task().getId(), plan.getNoticesList());
    return NEXT;
  }
}
