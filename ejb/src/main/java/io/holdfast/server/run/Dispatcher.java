package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the queue moving: expands new runs, stops what is to be stopped, gives up what was
 * interrupted for too long, starts what may start, releases what is left over. All it knows stands
 * in the tables; a tick that is lost is made good by the next. One thread at a time calls it.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class Dispatcher {
  private static final Duration RELEASE_PAUSE = Duration.ofSeconds(20);
  private static final Duration ORPHAN_PATIENCE = Duration.ofSeconds(20);

  private final Map<UUID, Instant> releaseTried = new ConcurrentHashMap<>();
  private final Map<UUID, Instant> orphanSince = new ConcurrentHashMap<>();
  private final DispatchLimits limits = DispatchLimits.ofInstallation();

  private volatile boolean open;

  @Inject private TaskQueue queue;
  @Inject private RunExpander expander;
  @Inject private TaskLifecycle lifecycle;
  @Inject private TaskConclusion conclusion;
  @Inject private RunRetries retries;
  @Inject private SessionRelease release;
  @Inject private ProgressSampler sampler;
  @Inject private SessionLimits speeds;
  @Inject private BackgroundWork background;
  @Inject private JobLauncher launcher;
  @Inject private Clock clock;

  /** From now on ticks count: the boot reconciler is through. */
  public void open() {
    open = true;
  }

  /** One tick. */
  public void dispatch() {
    if (!open) {
      return;
    }
    for (BackupRun run : expander.unexpanded()) {
      background.submit("expand " + run.getId(), () -> expander.expand(run));
    }
    queue
        .lostForGood()
        .forEach(
            (taskId, failure) -> {
              lifecycle.failed(taskId, failure);
              background.submit("release " + taskId, () -> release.release(taskId));
            });
    background.submit("retry failed VMs", retries::startDue);
    List<VmTask> executing = queue.executingHere();
    executing.forEach(this::look);
    speeds.look(executing);
    orphanSince.keySet().retainAll(executing.stream().map(VmTask::getId).toList());
    for (TaskQueue.Claim claim : queue.claim(limits)) {
      launch(claim);
    }
    releaseLeftovers();
    sampler.sample();
  }

  private void launch(TaskQueue.Claim claim) {
    try {
      long execution =
          claim.executionId() == null
              ? launcher.start(claim.kind(), claim.taskId())
              : launcher.restart(claim.kind(), claim.taskId(), claim.executionId());
      lifecycle.executing(claim.taskId(), execution);
    } catch (BackupException failure) {
      lifecycle.interrupted(claim.taskId(), failure);
    }
  }

  /** Stops what is to be stopped, and finds tasks whose execution is gone without a word. */
  private void look(VmTask task) {
    boolean alive = task.getExecutionId() != null && launcher.isAlive(task.getExecutionId());
    if (alive) {
      orphanSince.remove(task.getId());
      if (task.getState() == TaskState.STOPPING || task.isHeld()) {
        launcher.stop(task.getExecutionId());
      }
      return;
    }
    Instant now = clock.instant();
    Instant since = orphanSince.computeIfAbsent(task.getId(), id -> now);
    boolean stopping = task.getState() == TaskState.STOPPING;
    if (stopping || Duration.between(since, now).compareTo(ORPHAN_PATIENCE) > 0) {
      orphanSince.remove(task.getId());
      background.submit("conclude " + task.getId(), () -> conclusion.executionEnded(task.getId()));
    }
  }

  private void releaseLeftovers() {
    Instant now = clock.instant();
    List<VmTask> due = queue.releasable();
    releaseTried.keySet().retainAll(due.stream().map(VmTask::getId).toList());
    for (VmTask task : due) {
      Instant last = releaseTried.get(task.getId());
      if (last == null || Duration.between(last, now).compareTo(RELEASE_PAUSE) > 0) {
        releaseTried.put(task.getId(), now);
        background.submit("release " + task.getId(), () -> release.release(task.getId()));
      }
    }
  }
}
