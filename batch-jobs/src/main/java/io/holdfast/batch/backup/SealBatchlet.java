package io.holdfast.batch.backup;

import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SealBackupRequest;
import io.holdfast.batch.transfer.TaskBatchlet;
import io.holdfast.batch.transfer.TransferCompleteness;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.run.TaskFacts.Facts;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.TaskState;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.UUID;

/**
 * Makes the restore point exist: manifest durable in the pool, then the catalog row. Both can be
 * repeated; a crash between them is made good by the restart.
 */
@Dependent
@Named("sealBatchlet")
public class SealBatchlet extends TaskBatchlet {
  @Inject private AgentGateway gateway;
  @Inject private TaskLifecycle lifecycle;
  @Inject private TransferCompleteness completeness;

  @Override
  protected String perform(Facts now) {
    UUID taskId = now.task().getId();
    if (now.task().isAccomplished()) {
      return ACCOMPLISHED;
    }
    completeness.require(taskId);
    lifecycle.advance(taskId, TaskState.SEALING);
    RestorePointSummary summary =
        gateway
            .backupSessions(now.run().getAgentId())
            .sealBackup(SealBackupRequest.newBuilder().setSessionId(taskId.toString()).build());
    lifecycle.sealed(taskId, summary);
    return ACCOMPLISHED;
  }
}
