package io.holdfast.server.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.pool.PoolId;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("JOB-09")
class VmTaskTest {
  private static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");

  private final VmTask task = task("vm-1", "host-1");

  @Test
  void timeWithoutProgressCountsFromTheFirstInterruption() {
    task.claimBy("s", T0);
    task.interrupt(T0.plusSeconds(10), Instant.EPOCH);
    assertFalse(task.mayRetry(T0.plusSeconds(11)));
    assertTrue(task.mayRetry(T0.plusSeconds(12)));
    task.claimBy("s", T0.plusSeconds(20));
    task.interrupt(T0.plusSeconds(30), Instant.EPOCH);
    assertEquals(T0.plusSeconds(10), task.getInterruptedAt());
    assertEquals(2, task.getAttempts());
  }

  @Test
  void progressStartsTheCountAnew() {
    task.claimBy("s", T0);
    task.interrupt(T0.plusSeconds(10), Instant.EPOCH);
    task.claimBy("s", T0.plusSeconds(20));
    task.interrupt(T0.plusSeconds(30), T0.plusSeconds(25));
    assertEquals(T0.plusSeconds(30), task.getInterruptedAt());
    assertEquals(1, task.getAttempts());
  }

  @Test
  void lateNewsOfAnEndedTaskAreIgnored() {
    task.claimBy("s", T0);
    assertTrue(task.become(TaskState.FAILED, T0));
    assertFalse(task.interrupt(T0, Instant.EPOCH));
    assertFalse(task.become(TaskState.RUNNING, T0));
    assertEquals(TaskState.FAILED, task.getState());
  }

  @Test
  @Tag("CON-04")
  void anErrorReadsInBothLanguages() {
    task.note(
        BackupException.of(ErrorCode.VM_NOT_FOUND, "vm", "数据库\n\"1\"", "address", "10.0.0.1"));
    assertTrue(task.errorMessage(Locale.ENGLISH).contains("数据库\n\"1\""));
    assertTrue(task.errorMessage(Locale.ENGLISH).contains("was not found"));
    assertTrue(task.errorMessage(Locale.CHINESE).contains("10.0.0.1"));
    assertTrue(TaskQueue.hasFailedForGood(task));
    task.note(BackupException.of(ErrorCode.AGENT_UNREACHABLE, "agent", "a", "cause", "c"));
    assertFalse(TaskQueue.hasFailedForGood(task));
  }

  @Test
  @Tag("CAS-18")
  void tasksOfTheSameTargetShareAKey() {
    BackupRun run = run();
    VmTask backup = new VmTask(UUID.randomUUID(), run, target("vm-1", "a"), 1);
    VmTask sameVm = new VmTask(UUID.randomUUID(), run, target("vm-1", "renamed"), 2);
    VmTask newVm = new VmTask(UUID.randomUUID(), run, target("", "fresh"), 3);
    VmTask sameNew = new VmTask(UUID.randomUUID(), run, target("", "fresh"), 4);
    assertEquals(backup.getExclusiveKey(), sameVm.getExclusiveKey());
    assertEquals(newVm.getExclusiveKey(), sameNew.getExclusiveKey());
    assertFalse(backup.getExclusiveKey().equals(newVm.getExclusiveKey()));
  }

  private static TaskTarget target(String vmId, String name) {
    return new TaskTarget(vmId, "", name, "host-1", "host-1");
  }

  private static VmTask task(String vmId, String hostId) {
    return new VmTask(UUID.randomUUID(), run(), new TaskTarget(vmId, "", vmId, hostId, hostId), 1);
  }

  private static BackupRun run() {
    RunOrder order =
        new RunOrder(
            RunKind.BACKUP,
            UUID.randomUUID(),
            "job",
            new PlatformId(UUID.randomUUID().toString()),
            new AgentId(UUID.randomUUID().toString()),
            new PoolId(UUID.randomUUID().toString()),
            BackupType.FULL,
            BackupOptions.preset());
    return new BackupRun(UUID.randomUUID(), order, "tester", T0);
  }
}
