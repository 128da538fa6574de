package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.policy.Retries;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * OPT-14: backs the failed VMs of a run up again, after a pause and so often as the job says. Each
 * time is a run of its own, so that the history shows what failed and what helped. What is due
 * stands in the run's row and outlives a crash. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class RunRetries {
  @Inject private RunRepository runs;
  @Inject private TaskRepository tasks;
  @Inject private PolicyRepository policies;
  @Inject private RunStarter starter;
  @Inject private RunLog log;
  @Inject private Clock clock;

  /** A run has ended; its row is locked. Stopped ones are not tried again. */
  void ended(BackupRun run) {
    Retries retries = run.getOptions().handling().retries();
    boolean failed = run.getState() == RunState.FAILED || run.getState() == RunState.PARTIAL;
    if (run.getKind() != RunKind.BACKUP || !failed || run.getRetryNo() >= retries.times()) {
      return;
    }
    int again =
        run.getError().isPresent()
            ? (mayHelp(run.getError().get()) ? 1 : 0)
            : failedTasks(run.getId()).size();
    if (again > 0) {
      run.retryAt(clock.instant().plus(Duration.ofMinutes(retries.minutes())));
      log.info(
          run,
          NoticeCode.RUN_RETRY_DUE,
          "count",
          again,
          "minutes",
          retries.minutes(),
          "attempt",
          run.getRetryNo() + 1,
          "of",
          retries.times());
    }
  }

  /** Starts the retries whose time has come. */
  public void startDue() {
    Instant now = clock.instant();
    for (UUID id : runs.retryDue(now)) {
      runs.lock(id).filter(run -> run.isRetryDue(now)).ifPresent(this::start);
    }
  }

  private void start(BackupRun run) {
    run.forgetRetry();
    boolean latest =
        runs.list(new RunFilter(null, run.getJobId(), null, ""), new PageRequest(0, 1)).stream()
            .allMatch(run::equals);
    BackupPolicy policy =
        policies.find(run.getJobId()).filter(BackupPolicy::isEnabled).orElse(null);
    if (policy == null || !latest) {
      log.info(run, NoticeCode.RUN_RETRY_DROPPED);
      return;
    }
    retry(run, policy, failedTasks(run.getId()), "");
  }

  /**
   * Backs VMs of an ended run up again at once, because a person asks for it (JOB-05).
   *
   * @param taskIds VM tasks of the run; none: all that are not done
   * @throws BackupException NOT_FOUND when the job was deleted or a task is none of the run's that
   *     was left undone, JOB_RUNNING, JOB_DISABLED
   */
  BackupRun retryNow(UUID runId, Set<UUID> taskIds, String startedBy) {
    BackupRun run =
        runs.lock(runId)
            .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "run", "id", runId));
    if (!run.getState().isEnded() || run.getKind() != RunKind.BACKUP) {
      throw BackupException.of(ErrorCode.JOB_RUNNING, "job", run.getJobName());
    }
    BackupPolicy policy =
        policies
            .find(run.getJobId())
            .orElseThrow(
                () ->
                    BackupException.of(ErrorCode.NOT_FOUND, "what", "job", "id", run.getJobName()));
    List<VmTask> undone =
        tasks.ofRun(runId).stream().filter(task -> task.getState() != TaskState.DONE).toList();
    for (UUID id : taskIds) {
      if (undone.stream().noneMatch(task -> task.getId().equals(id))) {
        throw BackupException.of(ErrorCode.NOT_FOUND, "what", "VM task", "id", id);
      }
    }
    List<VmTask> chosen =
        undone.stream()
            .filter(task -> taskIds.isEmpty() || taskIds.contains(task.getId()))
            .toList();
    if (chosen.isEmpty()) {
      throw BackupException.of(ErrorCode.JOB_HAS_NO_VM, "job", run.getJobName());
    }
    run.forgetRetry();
    return retry(run, policy, chosen, startedBy);
  }

  private BackupRun retry(
      BackupRun run, BackupPolicy policy, List<VmTask> again, String startedBy) {
    BackupRun next = starter.start(policy, run.getBackupType(), startedBy);
    next.isRetryOf(run);
    log.info(next, NoticeCode.RUN_IS_RETRY, "count", again.size(), "attempt", next.getRetryNo());
    if (!again.isEmpty()) {
      starter.enqueue(
          next,
          again.stream().map(task -> UUID.randomUUID()).toList(),
          again.stream().map(VmTask::target).toList());
    }
    return next;
  }

  /** Only what time can mend: an option that does not fit fails again. */
  private List<VmTask> failedTasks(UUID runId) {
    return tasks.ofRun(runId).stream()
        .filter(task -> task.getState() == TaskState.FAILED)
        .filter(task -> task.getError().filter(RunRetries::mayHelp).isPresent())
        .toList();
  }

  static boolean mayHelp(ErrorCode code) {
    ErrorKind kind = code.kind();
    return kind == ErrorKind.TRANSIENT
        || kind == ErrorKind.AMBIGUOUS
        || kind == ErrorKind.RESOURCE
        || kind == ErrorKind.CONFLICT;
  }
}
