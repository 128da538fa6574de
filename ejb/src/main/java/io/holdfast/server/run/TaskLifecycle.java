package io.holdfast.server.run;

import io.holdfast.agent.protocol.PropertyDifference;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.policy.BackupType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What happens to VM tasks, told by the jobs and the dispatcher. Each method locks the task's row;
 * news that no longer fits the task's state are ignored. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class TaskLifecycle {
  @Inject private RunRepository runs;
  @Inject private TaskRepository tasks;
  @Inject private RunLog log;
  @Inject private RestorePointRegister points;
  @Inject private RunRetries retries;
  @Inject private Clock clock;
  @Inject private Event<QueueChanged> queueChanged;
  @Inject private Event<RestorePointSealed> sealed;

  /** The task as it is now; empty when there is none. */
  public Optional<VmTask> find(UUID taskId) {
    return tasks.find(taskId);
  }

  /** Records the execution that is at work on a task. */
  public void executing(UUID taskId, long executionId) {
    change(taskId, task -> task.executing(executionId));
  }

  /** The next attempt begins with a new execution; positions are kept. */
  public void forgetExecution(UUID taskId) {
    change(taskId, VmTask::forgetExecution);
  }

  /** The VM as the platform described it when it was checked. */
  public void checked(UUID taskId, VmDescription vm) {
    change(
        taskId,
        task -> {
          task.foundAs(vm.getVmId());
          task.describe(vm.getUuid(), vm.getHostId(), vm.getHostName());
        });
  }

  /** A rule of the policy leaves the VM out; nothing is held for it. */
  public void skipped(UUID taskId, NoticeCode why, Object... namesAndValues) {
    change(
        taskId,
        task -> {
          if (task.become(TaskState.SKIPPED, clock.instant())) {
            task.forgetError();
            log.info(task, why, namesAndValues);
          }
        });
    endRunOf(taskId);
  }

  /** Goes over to an active state. */
  public void advance(UUID taskId, TaskState next) {
    change(taskId, task -> task.become(next, clock.instant()));
  }

  /** From now on something may be held for the task on platform, agent or in the pool. */
  public void releaseDue(UUID taskId) {
    change(taskId, task -> task.setReleaseDue(true));
  }

  /** Nothing is held for the task any more. */
  public void released(UUID taskId) {
    change(taskId, task -> task.setReleaseDue(false));
  }

  /** The release of a task did not work; it is tried again later. */
  public void releaseFailed(UUID taskId, BackupException failure) {
    tasks.find(taskId).ifPresent(task -> log.warning(task, failure.code(), failure.parameters()));
  }

  /** The type a backup turned out to have. */
  public void decided(UUID taskId, BackupType type) {
    change(taskId, task -> task.decideType(type));
  }

  /** What a restore made. */
  public void targetIs(UUID taskId, String vmId, String vmName) {
    change(taskId, task -> task.targetIs(vmId, vmName));
  }

  /** What the agent had to say. */
  public void notices(UUID taskId, List<io.holdfast.agent.protocol.Notice> notices) {
    tasks.find(taskId).ifPresent(task -> log.notices(task, notices));
  }

  /** A line in the log. */
  public void info(UUID taskId, NoticeCode code, Object... namesAndValues) {
    tasks.find(taskId).ifPresent(task -> log.info(task, code, namesAndValues));
  }

  /**
   * Keeps the failure of a part of a task, in a transaction of its own, because the part's
   * transaction rolls back. A lasting failure is never overwritten by a passing one.
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public void noteFailure(UUID taskId, BackupException failure) {
    change(
        taskId,
        task -> {
          boolean lasting = task.getError().filter(error -> !isPassing(error.kind())).isPresent();
          if (!lasting) {
            task.note(failure);
          }
        });
  }

  /**
   * The restore point is sealed in the pool: its catalog row is written and the task accomplished,
   * in one transaction. Repeating it does no harm.
   */
  public void sealed(UUID taskId, RestorePointSummary summary) {
    VmTask task = tasks.lock(taskId).orElseThrow();
    BackupRun run = runs.find(task.getRunId()).orElseThrow();
    points.record(summary, run.getPoolId());
    if (!task.isAccomplished()) {
      task.accomplish();
      long read = summary.getDisksList().stream().mapToLong(RestorePointDisk::getReadBytes).sum();
      log.info(
          task,
          NoticeCode.VM_RESTORE_POINT_SEALED,
          "vm",
          task.getVmName(),
          "read",
          read,
          "stored",
          summary.getStoredBytes());
      VmRef vm = new VmRef(summary.getPlatformId(), summary.getVm().getVmId());
      sealed.fire(new RestorePointSealed(taskId, run.getJobId(), run.getPoolId(), vm));
    }
  }

  /** The restore is finished on the platform; what differs is kept with it (CAS-19). */
  public void restored(UUID taskId, String vmId, String vmName, List<PropertyDifference> table) {
    VmTask task = tasks.lock(taskId).orElseThrow();
    if (!task.isAccomplished()) {
      table.forEach(row -> tasks.add(new RestoreDifference(taskId, row)));
      task.targetIs(vmId, vmName);
      task.accomplish();
      log.info(task, NoticeCode.VM_RESTORED, "vm", vmName);
    }
  }

  /** An accomplished task is done. */
  public void done(UUID taskId) {
    change(
        taskId,
        task -> {
          if (task.isAccomplished() && task.become(TaskState.DONE, clock.instant())) {
            task.forgetError();
            log.info(task, NoticeCode.VM_DONE, "vm", task.getVmName());
          }
        });
    endRunOf(taskId);
  }

  /** Ended by an error. */
  public void failed(UUID taskId, BackupException failure) {
    change(
        taskId,
        task -> {
          if (!task.isAccomplished() && task.become(TaskState.FAILED, clock.instant())) {
            task.note(failure);
            log.error(task, failure.code(), failure.parameters());
          }
        });
    endRunOf(taskId);
  }

  /** Stopped by a person. */
  public void stopped(UUID taskId) {
    change(taskId, task -> task.become(TaskState.STOPPED, clock.instant()));
    endRunOf(taskId);
  }

  /** Interrupted for now; the dispatcher goes on with it (JOB-09). */
  public void interrupted(UUID taskId, BackupException failure) {
    change(
        taskId,
        task -> {
          Instant now = clock.instant();
          if (task.interrupt(now, lastProgress(taskId))) {
            task.note(failure);
            log.warning(task, failure.code(), failure.parameters());
          }
        });
    queueChanged.fire(new QueueChanged());
  }

  /** Whether an error of that kind is no reason to give up. */
  public static boolean isPassing(ErrorKind kind) {
    return kind == ErrorKind.TRANSIENT || kind == ErrorKind.AMBIGUOUS;
  }

  private Instant lastProgress(UUID taskId) {
    return tasks.streams(taskId).stream()
        .map(TransferStream::updatedAt)
        .max(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }

  private void change(UUID taskId, Consumer<VmTask> change) {
    tasks.lock(taskId).ifPresent(change);
  }

  private void endRunOf(UUID taskId) {
    tasks.find(taskId).ifPresent(task -> endRunIfComplete(task.getRunId()));
  }

  /** Ends a run whose last task has ended. */
  void endRunIfComplete(UUID runId) {
    runs.lock(runId)
        .filter(run -> !run.getState().isEnded())
        .ifPresent(
            run -> {
              List<TaskState> states = tasks.ofRun(runId).stream().map(VmTask::getState).toList();
              RunOutcome.of(states, run.getState() == RunState.STOPPING)
                  .ifPresent(
                      outcome -> {
                        run.become(outcome, clock.instant());
                        log.info(run, NoticeCode.RUN_ENDED, "state", outcome.name());
                        retries.ended(run);
                      });
            });
    queueChanged.fire(new QueueChanged());
  }
}
