package io.holdfast.batch.launch;

import io.holdfast.batch.transfer.LiveExecutions;
import io.holdfast.batch.transfer.RunningTransfers;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.JobLauncher;
import io.holdfast.server.run.RunKind;
import jakarta.batch.operations.BatchRuntimeException;
import jakarta.batch.operations.JobExecutionNotRunningException;
import jakarta.batch.operations.JobOperator;
import jakarta.batch.operations.NoSuchJobExecutionException;
import jakarta.batch.runtime.BatchStatus;
import jakarta.batch.runtime.JobExecution;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Starts jobs by the operator of this deployment module. Parameters are ids only. Thread-safe. */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class JobOperatorLauncher implements JobLauncher {
  private static final Logger LOG = System.getLogger(JobOperatorLauncher.class.getName());

  private static final Set<BatchStatus> ACTIVE =
      EnumSet.of(BatchStatus.STARTING, BatchStatus.STARTED, BatchStatus.STOPPING);

  /** Executions this process has started; others are of an earlier life. */
  private final Set<Long> startedHere = ConcurrentHashMap.newKeySet();

  @Inject private LiveExecutions live;
  @Inject private RunningTransfers transfers;

  @Override
  public long start(RunKind kind, UUID taskId) {
    long execution = operate(operator -> operator.start(job(kind), parameters(taskId)));
    startedHere.add(execution);
    return execution;
  }

  @Override
  public long restart(RunKind kind, UUID taskId, long executionId) {
    Properties parameters = parameters(taskId);
    // The caller has made sure that the execution is dead; without this the engine would wait for
    // it.
    parameters.setProperty("jberet.restart.mode", "force");
    try {
      long execution = operate(operator -> operator.restart(executionId, parameters));
      startedHere.add(execution);
      return execution;
    } catch (BackupException notRestartable) {
      LOG.log(
          Level.INFO,
          "Execution {0} of VM task {1} is started anew: {2}",
          executionId,
          taskId,
          notRestartable.getMessage());
      return start(kind, taskId);
    }
  }

  @Override
  public void stop(long executionId) {
    try {
      JobExecution execution = OwnOperator.call(operator -> operator.getJobExecution(executionId));
      String taskId = execution.getJobParameters().getProperty("taskId");
      if (taskId != null) {
        transfers.stop(UUID.fromString(taskId));
      }
      OwnOperator.call(
          operator -> {
            operator.stop(executionId);
            return null;
          });
    } catch (NoSuchJobExecutionException | JobExecutionNotRunningException ended) {
      LOG.log(Level.DEBUG, "Execution {0} has ended before it was stopped", executionId);
    }
  }

  @Override
  public boolean isAlive(long executionId) {
    if (live.isBegun(executionId)) {
      return true;
    }
    if (!startedHere.contains(executionId)) {
      return false;
    }
    try {
      BatchStatus status =
          OwnOperator.call(operator -> operator.getJobExecution(executionId)).getBatchStatus();
      return ACTIVE.contains(status);
    } catch (NoSuchJobExecutionException unknown) {
      return false;
    }
  }

  private static String job(RunKind kind) {
    return switch (kind) {
      case BACKUP -> "backup-vm";
      case RESTORE -> "restore-vm";
    };
  }

  private static Properties parameters(UUID taskId) {
    Properties parameters = new Properties();
    parameters.setProperty("taskId", taskId.toString());
    return parameters;
  }

  private static <T> T operate(Function<JobOperator, T> operation) {
    try {
      return OwnOperator.call(operation);
    } catch (BatchRuntimeException refused) {
      throw BackupException.causedBy(
          refused, ErrorCode.INTERRUPTED, "what", "batch engine: " + refused);
    }
  }
}
