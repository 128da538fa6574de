package io.holdfast.batch.launch;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.execution.BatchEngine;
import io.holdfast.server.execution.BatchExecutionService;
import io.holdfast.server.run.JobLauncher;
import jakarta.batch.operations.BatchRuntimeException;
import jakarta.batch.operations.JobExecutionIsRunningException;
import jakarta.batch.operations.NoSuchJobExecutionException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What operators ask of this deployment module's operator. Thread-safe. */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class JobOperatorEngine implements BatchEngine {
  /** Executions of start-backup that were started here; those of VM tasks the launcher knows. */
  private final Set<Long> startedHere = ConcurrentHashMap.newKeySet();

  @Inject private JobLauncher launcher;

  @Override
  public long startBackup(Map<String, String> parameters) {
    Properties properties = new Properties();
    properties.putAll(parameters);
    try {
      long execution =
          OwnOperator.call(
              operator -> operator.start(BatchExecutionService.START_BACKUP, properties));
      startedHere.add(execution);
      return execution;
    } catch (BatchRuntimeException refused) {
      throw BackupException.causedBy(
          refused, ErrorCode.INTERRUPTED, "what", "batch engine: " + refused);
    }
  }

  @Override
  public void stop(long executionId) {
    launcher.stop(executionId);
  }

  @Override
  public boolean abandon(long executionId) {
    try {
      OwnOperator.call(
          operator -> {
            operator.abandon(executionId);
            return null;
          });
      return true;
    } catch (JobExecutionIsRunningException | NoSuchJobExecutionException refused) {
      return false;
    }
  }

  @Override
  public boolean isAlive(long executionId) {
    return launcher.isAlive(executionId)
        || (startedHere.contains(executionId) && !hasEnded(executionId));
  }

  private static boolean hasEnded(long executionId) {
    try {
      return OwnOperator.call(operator -> operator.getJobExecution(executionId)).getEndTime()
          != null;
    } catch (NoSuchJobExecutionException unknown) {
      return true;
    }
  }
}
