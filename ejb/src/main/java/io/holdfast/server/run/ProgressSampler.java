package io.holdfast.server.run;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes down every few seconds how far each transferring task is: less the longer it runs, so that
 * a run of days keeps a few thousand rows. Thread-safe.
 */
@ApplicationScoped
public class ProgressSampler {
  private static final Duration SHORTEST = Duration.ofSeconds(2);
  private static final int POINTS = 500;

  private final Map<UUID, Instant> lastSample = new ConcurrentHashMap<>();

  @Inject private TaskRepository tasks;
  @Inject private RunRepository runs;
  @Inject private Clock clock;

  /** Takes the samples that are due. */
  @Transactional
  public void sample() {
    Instant now = clock.instant();
    List<VmTask> moving = tasks.inStates(Set.of(TaskState.RUNNING));
    lastSample.keySet().retainAll(moving.stream().map(VmTask::getId).toList());
    List<VmTask> due = moving.stream().filter(task -> isDue(task, now)).toList();
    Map<UUID, Amounts> amounts = tasks.amounts(due.stream().map(VmTask::getId).toList());
    for (VmTask task : due) {
      long done = amounts.getOrDefault(task.getId(), Amounts.NONE).doneBytes();
      runs.add(new ProgressSample(task.getRunId(), task.getId(), now, done));
      lastSample.put(task.getId(), now);
    }
  }

  private boolean isDue(VmTask task, Instant now) {
    Instant last = lastSample.get(task.getId());
    if (last == null) {
      return true;
    }
    Duration age = Duration.between(task.getStartedAt(), now).dividedBy(POINTS);
    Duration step = age.compareTo(SHORTEST) > 0 ? age : SHORTEST;
    return Duration.between(last, now).compareTo(step) >= 0;
  }
}
