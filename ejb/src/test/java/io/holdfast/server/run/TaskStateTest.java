package io.holdfast.server.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("JOB-02")
class TaskStateTest {
  private static final List<TaskState> BACKUP =
      List.of(
          TaskState.PENDING,
          TaskState.PREPARING,
          TaskState.BACKING_UP_CONFIGURATION,
          TaskState.QUERYING_CHANGED_DATA,
          TaskState.CHECKING_DATA,
          TaskState.RUNNING,
          TaskState.SEALING,
          TaskState.DONE);

  @Test
  void aBackupGoesForwardOnly() {
    for (int i = 0; i + 1 < BACKUP.size(); i++) {
      assertTrue(BACKUP.get(i).mayBecome(BACKUP.get(i + 1)), BACKUP.get(i).name());
    }
    for (int i = 2; i < BACKUP.size(); i++) {
      for (int j = 1; j < i; j++) {
        assertFalse(BACKUP.get(i).mayBecome(BACKUP.get(j)), BACKUP.get(i) + " to " + BACKUP.get(j));
      }
    }
  }

  @Test
  void whatHasEndedStaysAsItIs() {
    for (TaskState ended : TaskState.ended()) {
      for (TaskState next : TaskState.values()) {
        assertEquals(next == ended, ended.mayBecome(next), ended + " to " + next);
      }
    }
  }

  @Test
  @Tag("JOB-09")
  void everyExecutingTaskCanBeInterruptedAndGoOn() {
    for (TaskState state : TaskState.executing()) {
      if (state != TaskState.STOPPING) {
        assertTrue(state.mayBecome(TaskState.INTERRUPTED), state.name());
        assertTrue(state.mayBecome(TaskState.STOPPING), state.name());
        assertTrue(state.mayBecome(TaskState.FAILED), state.name());
      }
    }
    assertTrue(TaskState.INTERRUPTED.mayBecome(TaskState.PREPARING));
    assertFalse(TaskState.INTERRUPTED.mayBecome(TaskState.DONE));
    assertFalse(TaskState.STOPPING.mayBecome(TaskState.INTERRUPTED));
  }

  @Test
  void pendingIsNeverDoneAtOnce() {
    assertFalse(TaskState.PENDING.mayBecome(TaskState.DONE));
    assertTrue(TaskState.PENDING.mayBecome(TaskState.STOPPED));
    assertTrue(TaskState.PENDING.mayBecome(TaskState.NEVER_STARTED));
  }

  @Test
  void aRunEndsWithItsLastTask() {
    assertEquals(
        Optional.empty(), RunOutcome.of(List.of(TaskState.DONE, TaskState.INTERRUPTED), false));
    assertEquals(
        Optional.of(RunState.DONE), RunOutcome.of(List.of(TaskState.DONE, TaskState.DONE), false));
    assertEquals(
        Optional.of(RunState.PARTIAL),
        RunOutcome.of(List.of(TaskState.DONE, TaskState.FAILED), false));
    assertEquals(
        Optional.of(RunState.FAILED),
        RunOutcome.of(List.of(TaskState.FAILED, TaskState.SKIPPED), false));
    assertEquals(
        Optional.of(RunState.STOPPED),
        RunOutcome.of(List.of(TaskState.DONE, TaskState.STOPPED), true));
    assertEquals(
        Optional.of(RunState.DONE),
        RunOutcome.of(List.of(TaskState.DONE), true),
        "a stop that came too late has stopped nothing");
  }
}
