package io.holdfast.server.execution;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunStarter;
import io.holdfast.server.run.TaskInterventions;
import io.holdfast.server.run.TaskLifecycle;
import io.holdfast.server.run.VmTask;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Executions of the batch engine as an operator handles them (API-01). Stop, restart and abandon of
 * a VM task's execution change the task, and the dispatcher does the rest: two executions on one
 * task would corrupt its journal, so there is one place that starts them. Thread-safe.
 *
 * <p>Errors of all methods: NOT_FOUND for an unknown id, FORBIDDEN by the caller's role.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class BatchExecutionService {
  /** The job that starts a run, the only one that is started here. */
  public static final String START_BACKUP = "start-backup";

  @Inject private ExecutionRepository executions;
  @Inject private BatchEngine engine;
  @Inject private TaskInterventions interventions;
  @Inject private TaskLifecycle tasks;
  @Inject private PolicyRepository policies;
  @Inject private RunStarter runs;
  @Inject private ShortTransaction transaction;
  @Inject private AccessPolicy access;

  /**
   * An execution with what it works for.
   *
   * @param alive whether this server's engine is at work on it; a crash leaves an execution as if
   *     it ran
   * @param task as it is now; empty for jobs that start runs
   */
  public record Handled(BatchExecution execution, boolean alive, Optional<VmTask> task) {}

  /** Executions that match, newest first. */
  public Page<Handled> list(ExecutionFilter filter, PageRequest page) {
    access.require(Permission.RUN_VIEW, ResourceRef.all(ResourceKind.EXECUTION));
    return transaction.call(
        () ->
            new Page<>(
                executions.list(filter, page).stream().map(this::handled).toList(),
                executions.count(filter)));
  }

  /** One execution. */
  public Handled get(long executionId) {
    access.require(Permission.RUN_VIEW, ref(executionId));
    return transaction.call(() -> handled(found(executionId)));
  }

  /** The steps of an execution in the order they were begun. */
  public List<BatchStep> steps(long executionId) {
    access.require(Permission.RUN_VIEW, ref(executionId));
    return transaction.call(
        () -> {
          found(executionId);
          return executions.steps(executionId);
        });
  }

  /**
   * Starts {@value #START_BACKUP}, whose exit status is the run's id.
   *
   * @param backupJob id or name of a backup job
   * @param type what to back up; empty for the job's own type
   * @throws BackupException EXECUTION_OF_DISPATCHER for another job; JOB_DISABLED, JOB_RUNNING
   */
  public Handled start(String job, String backupJob, Optional<BackupType> type) {
    Caller caller =
        access.require(Permission.BATCH_MANAGE, ResourceRef.all(ResourceKind.EXECUTION));
    if (!START_BACKUP.equals(job)) {
      throw BackupException.of(ErrorCode.EXECUTION_OF_DISPATCHER, "job", job == null ? "?" : job);
    }
    BackupPolicy policy = transaction.call(() -> startable(backupJob));
    Map<String, String> parameters = new HashMap<>();
    parameters.put("jobId", policy.getId().toString());
    parameters.put("user", caller.name());
    type.ifPresent(wanted -> parameters.put("type", wanted.name()));
    return get(engine.startBackup(parameters));
  }

  /**
   * Stops an execution at the end of its window. A VM task keeps snapshot and position and waits
   * for {@link #restart} or {@link #abandon}, at most for its run's reconnect time.
   *
   * @throws BackupException EXECUTION_STATE_REFUSED, EXECUTION_SUPERSEDED, EXECUTION_ENDED
   */
  public Handled stop(long executionId) {
    Caller caller = access.require(Permission.BATCH_MANAGE, ref(executionId));
    BatchExecution execution = managed(executionId);
    if (execution.task().isPresent()) {
      interventions.hold(execution.task().get(), executionId, caller.name());
    } else if (execution.status().isActive()) {
      engine.stop(executionId);
    } else {
      throw ended(execution);
    }
    return get(executionId);
  }

  /**
   * Lets the dispatcher go on with an interrupted VM task, in a new execution from the recorded
   * position.
   *
   * @throws BackupException EXECUTION_STATE_REFUSED, EXECUTION_SUPERSEDED, EXECUTION_OF_DISPATCHER
   */
  public Handled restart(long executionId) {
    Caller caller = access.require(Permission.BATCH_MANAGE, ref(executionId));
    BatchExecution execution = managed(executionId);
    UUID task =
        execution
            .task()
            .orElseThrow(
                () ->
                    BackupException.of(ErrorCode.EXECUTION_OF_DISPATCHER, "job", execution.job()));
    interventions.resume(task, executionId, caller.name());
    return get(executionId);
  }

  /**
   * Gives an interrupted execution up for good: its VM task is stopped, snapshot and pool session
   * are released. Repeating it does no harm.
   *
   * @throws BackupException EXECUTION_STATE_REFUSED while it works, EXECUTION_ENDED when it is
   *     completed, JOB_RUNNING
   */
  public Handled abandon(long executionId) {
    Caller caller = access.require(Permission.BATCH_MANAGE, ref(executionId));
    BatchExecution execution = managed(executionId);
    if (execution.status() == ExecutionStatus.COMPLETED) {
      throw ended(execution);
    }
    if (execution.status() == ExecutionStatus.ABANDONED) {
      return get(executionId);
    }
    if (execution.task().isPresent()) {
      interventions.abandon(execution.task().get(), executionId, caller.name());
    } else if (engine.isAlive(executionId)) {
      throw BackupException.of(ErrorCode.JOB_RUNNING, "job", execution.job());
    }
    if (!engine.abandon(executionId) && !engine.isAlive(executionId)) {
      transaction.run(() -> executions.abandonDead(executionId));
    }
    return get(executionId);
  }

  /** The execution; whoever may run what it works for may handle it. */
  private BatchExecution managed(long executionId) {
    Handled handled = transaction.call(() -> handled(found(executionId)));
    boolean restore = handled.task().filter(t -> t.getKind() == RunKind.RESTORE).isPresent();
    access.require(restore ? Permission.RESTORE_RUN : Permission.JOB_RUN, ref(executionId));
    return handled.execution();
  }

  private Handled handled(BatchExecution execution) {
    return new Handled(
        execution, engine.isAlive(execution.id()), execution.task().flatMap(tasks::find));
  }

  private BatchExecution found(long executionId) {
    return executions
        .find(executionId)
        .orElseThrow(
            () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "execution", "id", executionId));
  }

  private BackupPolicy startable(String backupJob) {
    if (backupJob == null || backupJob.isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "jobId");
    }
    BackupPolicy policy =
        policies
            .findByName(backupJob)
            .or(() -> id(backupJob).flatMap(policies::find))
            .orElseThrow(
                () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "job", "id", backupJob));
    access.require(Permission.JOB_RUN, ResourceRef.of(ResourceKind.JOB, policy.getId().toString()));
    if (!policy.isEnabled()) {
      throw BackupException.of(ErrorCode.JOB_DISABLED, "job", policy.getName());
    }
    if (runs.isRunning(policy.getId())) {
      throw BackupException.of(ErrorCode.JOB_RUNNING, "job", policy.getName());
    }
    return policy;
  }

  private static Optional<UUID> id(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException noId) {
      return Optional.empty();
    }
  }

  private static BackupException ended(BatchExecution execution) {
    return BackupException.of(
        ErrorCode.EXECUTION_ENDED,
        "execution",
        execution.id(),
        "job",
        execution.job(),
        "state",
        execution.status().name());
  }

  private static ResourceRef ref(long executionId) {
    return ResourceRef.of(ResourceKind.EXECUTION, Long.toString(executionId));
  }
}
