package io.holdfast.batch.start;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.run.RunStarter;
import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.api.BatchProperty;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.UUID;

/**
 * Starts a run of a policy, named by its id or name; the exit status is the run's id. Who may reach
 * the management interface has been decided by the application server.
 */
@Dependent
@Named("startBackupBatchlet")
public class StartBackupBatchlet extends AbstractBatchlet {
  @Inject
  @BatchProperty(name = "jobId")
  private String jobId;

  @Inject
  @BatchProperty(name = "type")
  private String type;

  /** Who asked by REST, as the server knows; nobody for the management interface. */
  @Inject
  @BatchProperty(name = "user")
  private String user;

  @Inject private PolicyRepository policies;
  @Inject private RunStarter starter;
  @Inject private ShortTransaction transaction;

  @Override
  public String process() {
    return transaction.call(
        () -> {
          BackupPolicy found = find();
          BackupType wanted =
              type == null || type.isBlank() ? found.getBackupType() : BackupType.valueOf(type);
          String startedBy = user == null || user.isBlank() ? "jboss-cli" : user;
          return starter.start(found, wanted, startedBy).getId().toString();
        });
  }

  private BackupPolicy find() {
    return policies
        .findByName(jobId)
        .or(() -> policies.find(UUID.fromString(jobId)))
        .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "job", "id", jobId));
  }
}
