package io.holdfast.server.run;

import io.holdfast.server.policy.Parallelism;
import java.util.UUID;

/**
 * What the dispatcher must know of a waiting or running task.
 *
 * @param taskId the task
 * @param runId its run
 * @param kind backup or restore
 * @param agent its backup host
 * @param hostKey its hypervisor host with the platform; empty when unknown
 * @param exclusiveKey what no two tasks may work on at the same time
 * @param threads batch threads it needs
 * @param limits limits of its job
 * @param ready whether it could start now; an interrupted task whose agent is away is not
 */
record QueuedTask(
    UUID taskId,
    UUID runId,
    RunKind kind,
    String agent,
    String hostKey,
    String exclusiveKey,
    int threads,
    Parallelism limits,
    boolean ready) {
  static QueuedTask of(VmTask task, Parallelism limits, boolean ready) {
    return new QueuedTask(
        task.getId(),
        task.getRunId(),
        task.getKind(),
        task.getAgentId().value(),
        task.getHostId().isEmpty() ? "" : task.getPlatformId().value() + "/" + task.getHostId(),
        task.getExclusiveKey(),
        task.getThreads(),
        limits,
        ready);
  }

  boolean onKnownHost() {
    return !hostKey.isEmpty();
  }
}
