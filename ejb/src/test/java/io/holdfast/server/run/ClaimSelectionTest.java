package io.holdfast.server.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.server.policy.Parallelism;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ClaimSelectionTest {
  private static final DispatchLimits LIMITS = new DispatchLimits(8, 4, 96);
  private static final UUID RUN = UUID.randomUUID();

  private final List<QueuedTask> running = new ArrayList<>();

  @Test
  @Tag("OPT-03")
  void aRunGetsNoMoreThanItsParallelVms() {
    List<QueuedTask> queue = vms(RUN, 5, new Parallelism(3, 10, 1, 1));
    assertEquals(ids(queue.subList(0, 3)), choose(LIMITS, queue));
    running.addAll(queue.subList(0, 2));
    assertEquals(ids(queue.subList(2, 3)), choose(LIMITS, queue.subList(2, 5)));
  }

  @Test
  @Tag("OPT-04")
  void aRunGetsNoMoreThanItsVmsOnAHost() {
    Parallelism limits = new Parallelism(32, 2, 1, 1);
    List<QueuedTask> queue =
        List.of(
            vm(RUN, "h1", "a", limits),
            vm(RUN, "h1", "b", limits),
            vm(RUN, "h1", "c", limits),
            vm(RUN, "h2", "d", limits));
    assertEquals(
        List.of(queue.get(0).taskId(), queue.get(1).taskId(), queue.get(3).taskId()),
        choose(LIMITS, queue));
  }

  @Test
  @Tag("AGT-08")
  void hostAndAgentLimitsHoldAcrossRuns() {
    Parallelism limits = new Parallelism(32, 10, 1, 1);
    List<QueuedTask> queue = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      queue.add(vm(UUID.randomUUID(), "h1", "one" + i, limits));
    }
    for (int i = 0; i < 6; i++) {
      queue.add(vm(UUID.randomUUID(), "h2", "two" + i, limits));
    }
    List<UUID> expected = new ArrayList<>(ids(queue.subList(0, 4)));
    expected.addAll(ids(queue.subList(6, 10)));
    assertEquals(expected, choose(LIMITS, queue));
    queue.add(vm(UUID.randomUUID(), "h3", "three", limits));
    assertEquals(expected, choose(LIMITS, queue), "the agent has its eight");
  }

  @Test
  @Tag("CAS-18")
  void aVmIsNotWorkedOnTwiceAtATime() {
    Parallelism limits = new Parallelism(32, 10, 1, 1);
    List<QueuedTask> queue =
        List.of(vm(RUN, "h1", "a", limits), vm(UUID.randomUUID(), "h1", "a", limits));
    assertEquals(ids(queue.subList(0, 1)), choose(LIMITS, queue));
  }

  @Test
  @Tag("CAS-21")
  void aVmWhoseSnapshotsAreChangedWaits() {
    Parallelism limits = new Parallelism(32, 10, 1, 1);
    List<QueuedTask> queue = List.of(vm(RUN, "h1", "a", limits), vm(RUN, "h1", "b", limits));
    Set<String> reserved = Set.of(queue.get(0).exclusiveKey());
    assertEquals(
        ids(queue.subList(1, 2)),
        new ClaimSelection(LIMITS, running).without(reserved).choose(queue));
  }

  @Test
  @Tag("CAS-18")
  void aRestoreHasItsHostForItselfAndKeepsItsPlace() {
    Parallelism limits = new Parallelism(32, 10, 1, 1);
    running.add(vm(RUN, "h1", "a", limits));
    QueuedTask restore = restore("h1", "b");
    List<QueuedTask> queue =
        List.of(restore, vm(RUN, "h1", "c", limits), vm(RUN, "h2", "d", limits));
    assertEquals(
        List.of(queue.get(2).taskId()),
        choose(LIMITS, queue),
        "the younger backup must not keep the host busy for ever");
    running.clear();
    assertEquals(List.of(restore.taskId(), queue.get(2).taskId()), choose(LIMITS, queue));
  }

  @Test
  @Tag("CAS-18")
  @Tag("OPT-04")
  void restoresOfOneRunShareTheirHostUpToTheRunsLimitAndWithNobodyElse() {
    Parallelism limits = new Parallelism(32, 2, 1, 1);
    List<QueuedTask> queue = new ArrayList<>();
    for (String vm : List.of("a", "b", "c")) {
      QueuedTask one = vm(RUN, "h1", vm, limits);
      queue.add(
          new QueuedTask(
              one.taskId(),
              RUN,
              RunKind.RESTORE,
              "agent",
              "h1",
              one.exclusiveKey(),
              2,
              limits,
              true));
    }
    queue.add(restore("h1", "d"));
    queue.add(vm(UUID.randomUUID(), "h1", "e", limits));
    assertEquals(ids(queue.subList(0, 2)), choose(LIMITS, queue));
    running.addAll(queue.subList(0, 1));
    assertEquals(ids(queue.subList(1, 2)), choose(LIMITS, queue.subList(1, 5)));
    running.add(vm(UUID.randomUUID(), "h1", "f", limits));
    assertEquals(List.of(), choose(LIMITS, queue.subList(1, 5)), "another run is at work there");
  }

  @Test
  void partitionsNeverWaitForThreads() {
    DispatchLimits narrow = new DispatchLimits(8, 8, 14);
    Parallelism limits = new Parallelism(32, 10, 2, 2);
    List<QueuedTask> queue = vms(RUN, 4, limits);
    assertEquals(5, queue.get(0).threads());
    assertEquals(ids(queue.subList(0, 2)), choose(narrow, queue));
  }

  @Test
  void aTaskThatNeedsManyThreadsIsNotOvertakenForThem() {
    DispatchLimits narrow = new DispatchLimits(8, 8, 30);
    Parallelism big = new Parallelism(32, 10, 5, 5);
    Parallelism small = new Parallelism(32, 10, 1, 1);
    running.add(vm(RUN, "h1", "a", small));
    running.add(vm(RUN, "h1", "b", small));
    List<QueuedTask> queue =
        List.of(vm(UUID.randomUUID(), "h2", "c", big), vm(UUID.randomUUID(), "h3", "d", small));
    assertEquals(List.of(), choose(narrow, queue));
    running.clear();
    assertEquals(List.of(queue.get(0).taskId(), queue.get(1).taskId()), choose(narrow, queue));
  }

  @Test
  @Tag("JOB-09")
  void anInterruptedTaskThatMustWaitKeepsItsVm() {
    Parallelism limits = new Parallelism(32, 10, 1, 1);
    QueuedTask waiting = vm(RUN, "h1", "a", limits);
    QueuedTask interrupted =
        new QueuedTask(
            waiting.taskId(),
            RUN,
            RunKind.BACKUP,
            "agent",
            "h1",
            waiting.exclusiveKey(),
            2,
            limits,
            false);
    List<QueuedTask> queue =
        List.of(
            interrupted,
            vm(UUID.randomUUID(), "h1", "a", limits),
            vm(UUID.randomUUID(), "h1", "b", limits));
    assertEquals(List.of(queue.get(2).taskId()), choose(LIMITS, queue));
  }

  private List<UUID> choose(DispatchLimits limits, List<QueuedTask> queue) {
    return new ClaimSelection(limits, running).choose(queue);
  }

  private static List<UUID> ids(List<QueuedTask> tasks) {
    return tasks.stream().map(QueuedTask::taskId).toList();
  }

  private static List<QueuedTask> vms(UUID run, int count, Parallelism limits) {
    List<QueuedTask> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(vm(run, "h" + i, "vm" + i, limits));
    }
    return tasks;
  }

  private static QueuedTask vm(UUID run, String host, String vm, Parallelism limits) {
    return new QueuedTask(
        UUID.randomUUID(),
        run,
        RunKind.BACKUP,
        "agent",
        host,
        vm,
        1 + limits.streamsPerVm(),
        limits,
        true);
  }

  private static QueuedTask restore(String host, String vm) {
    return new QueuedTask(
        UUID.randomUUID(),
        UUID.randomUUID(),
        RunKind.RESTORE,
        "agent",
        host,
        vm,
        2,
        new Parallelism(1, 1, 1, 1),
        true);
  }
}
