package io.holdfast.server.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Chooses the waiting tasks that may start now, oldest first. A task that must wait for something
 * keeps its place for exactly that: younger tasks may pass it only where they do not need the same
 * VM, the same host as a waiting restore, or the batch threads. A restore shares its host with VMs
 * of its own run only (CAS-18). So nothing starves. Not thread-safe; one per decision.
 */
final class ClaimSelection {
  private final DispatchLimits limits;
  private final Map<UUID, Integer> ofRun = new HashMap<>();
  private final Map<String, Integer> ofRunOnHost = new HashMap<>();
  private final Map<String, Integer> ofAgent = new HashMap<>();
  private final Map<String, Integer> ofHost = new HashMap<>();
  private final Map<String, Integer> restoresOnHost = new HashMap<>();
  private final Set<String> takenKeys = new HashSet<>();
  private final Map<String, UUID> heldHosts = new HashMap<>();
  private int threads;

  ClaimSelection(DispatchLimits limits, List<QueuedTask> running) {
    this.limits = limits;
    running.forEach(this::take);
  }

  /** Nobody gets these: somebody else is at work on them. */
  ClaimSelection without(Set<String> exclusiveKeys) {
    takenKeys.addAll(exclusiveKeys);
    return this;
  }

  /** The tasks to start, in the order of the queue. */
  List<UUID> choose(List<QueuedTask> waiting) {
    List<UUID> chosen = new ArrayList<>();
    for (QueuedTask task : waiting) {
      if (task.ready() && threads > 0 && threads + task.threads() > limits.usableThreads()) {
        break;
      }
      if (task.ready() && isFree(task)) {
        take(task);
        chosen.add(task.taskId());
      } else {
        hold(task);
      }
    }
    return chosen;
  }

  private boolean isFree(QueuedTask task) {
    if (takenKeys.contains(task.exclusiveKey())
        || ofRun.getOrDefault(task.runId(), 0) >= task.limits().parallelVms()
        || ofAgent.getOrDefault(task.agent(), 0) >= limits.tasksPerAgent()) {
      return false;
    }
    return !task.onKnownHost() || isHostFree(task);
  }

  private boolean isHostFree(QueuedTask task) {
    String host = task.hostKey();
    int onHost = ofHost.getOrDefault(host, 0);
    int ownOnHost = ofRunOnHost.getOrDefault(task.runId() + "@" + host, 0);
    if (onHost >= limits.tasksPerHost() || ownOnHost >= task.limits().vmsPerHost()) {
      return false;
    }
    UUID holder = heldHosts.get(host);
    if (task.kind() == RunKind.RESTORE) {
      return onHost == ownOnHost && (holder == null || holder.equals(task.runId()));
    }
    return holder == null && restoresOnHost.getOrDefault(host, 0) == 0;
  }

  private void take(QueuedTask task) {
    threads += task.threads();
    takenKeys.add(task.exclusiveKey());
    ofRun.merge(task.runId(), 1, Integer::sum);
    ofAgent.merge(task.agent(), 1, Integer::sum);
    if (task.onKnownHost()) {
      ofHost.merge(task.hostKey(), 1, Integer::sum);
      ofRunOnHost.merge(task.runId() + "@" + task.hostKey(), 1, Integer::sum);
      if (task.kind() == RunKind.RESTORE) {
        restoresOnHost.merge(task.hostKey(), 1, Integer::sum);
      }
    }
  }

  /** Nobody younger gets what this task waits for: its VM, and a restore's host. */
  private void hold(QueuedTask task) {
    takenKeys.add(task.exclusiveKey());
    if (task.kind() == RunKind.RESTORE && task.onKnownHost()) {
      heldHosts.putIfAbsent(task.hostKey(), task.runId());
    }
  }
}
