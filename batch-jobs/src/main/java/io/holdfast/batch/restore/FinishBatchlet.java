package io.holdfast.batch.restore;

import io.holdfast.agent.protocol.FinishRestoreRequest;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.batch.transfer.TaskBatchlet;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.run.TaskFacts.Facts;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TaskState;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.UUID;

/** Has the VM given its configuration and, if wished, started; what differs is logged (CAS-19). */
@Dependent
@Named("finishBatchlet")
public class FinishBatchlet extends TaskBatchlet {
  @Inject private AgentGateway gateway;
  @Inject private TaskLifecycle lifecycle;

  @Override
  protected String perform(Facts now) {
    UUID taskId = now.task().getId();
    if (now.task().isAccomplished()) {
      return ACCOMPLISHED;
    }
    lifecycle.advance(taskId, TaskState.SEALING);
    RestoreOutcome outcome =
        gateway
            .restoreSessions(now.run().getAgentId())
            .finishRestore(
                FinishRestoreRequest.newBuilder().setSessionId(taskId.toString()).build());
    lifecycle.notices(taskId, outcome.getDifferencesList());
    lifecycle.restored(taskId, outcome.getVmId(), outcome.getVmName(), outcome.getTableList());
    return ACCOMPLISHED;
  }
}
