package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.PolicyUse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Makes runs and puts their VM tasks in the queue. Joins the caller's transaction: a run exists
 * with all its tasks or not at all. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class RunStarter implements PolicyUse {
  private static final RunState[] ACTIVE = {RunState.PENDING, RunState.RUNNING, RunState.STOPPING};

  @Inject private RunRepository runs;
  @Inject private TaskRepository tasks;
  @Inject private RunLog log;
  @Inject private Clock clock;
  @Inject private Event<QueueChanged> queueChanged;

  /**
   * Makes a run of a policy; its content is expanded by the dispatcher (INV-04).
   *
   * @throws BackupException JOB_DISABLED, JOB_RUNNING
   */
  public BackupRun start(BackupPolicy policy, BackupType type, String startedBy) {
    if (!policy.isEnabled()) {
      throw BackupException.of(ErrorCode.JOB_DISABLED, "job", policy.getName());
    }
    requireIdle(policy.getId(), policy.getName());
    RunOrder order =
        new RunOrder(
            RunKind.BACKUP,
            policy.getId(),
            policy.getName(),
            policy.getPlatformId(),
            policy.getAgentId(),
            policy.getPoolId(),
            type,
            policy.getOptions());
    return add(order, startedBy);
  }

  /**
   * Makes a run whose VMs are known and queues them.
   *
   * @param taskIds id of each task, which is its session id at the agent; as many as targets
   * @throws BackupException JOB_RUNNING while another run of the same job has not ended
   */
  public BackupRun start(
      RunOrder order, List<UUID> taskIds, List<TaskTarget> targets, String startedBy) {
    requireIdle(order.jobId(), order.jobName());
    BackupRun run = add(order, startedBy);
    enqueue(run, taskIds, targets);
    return run;
  }

  /** Queues the VM tasks of a run that has none yet. */
  void enqueue(BackupRun run, List<UUID> taskIds, List<TaskTarget> targets) {
    // After all others, also when the clock was set back since.
    long order = Math.max(clock.instant().toEpochMilli() * 1000, tasks.lastQueueOrder() + 1);
    for (int i = 0; i < targets.size(); i++) {
      tasks.add(new VmTask(taskIds.get(i), run, targets.get(i), order + i));
    }
    run.setExpanded();
    log.info(run, NoticeCode.RUN_VMS_QUEUED, "count", targets.size());
    queueChanged.fire(new QueueChanged());
  }

  private BackupRun add(RunOrder order, String startedBy) {
    Instant now = clock.instant();
    BackupRun run = new BackupRun(UUID.randomUUID(), order, startedBy, now);
    runs.add(run);
    log.info(run, NoticeCode.RUN_STARTED, "job", order.jobName(), "user", startedBy);
    queueChanged.fire(new QueueChanged());
    return run;
  }

  private void requireIdle(UUID jobId, String jobName) {
    if (isRunning(jobId)) {
      throw BackupException.of(ErrorCode.JOB_RUNNING, "job", jobName);
    }
  }

  @Override
  public boolean isRunning(UUID jobId) {
    for (RunState state : ACTIVE) {
      if (runs.count(new RunFilter(null, jobId, state, "")) > 0) {
        return true;
      }
    }
    return false;
  }
}
