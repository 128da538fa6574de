package io.holdfast.server.run;

import java.util.List;
import java.util.Optional;

/** How a run ends, from how its VM tasks ended. */
final class RunOutcome {
  private RunOutcome() {}

  /**
   * The run's final state, or empty while a task has not ended.
   *
   * @param stopping whether a person asked the run to stop
   */
  static Optional<RunState> of(List<TaskState> tasks, boolean stopping) {
    if (!tasks.stream().allMatch(TaskState::isEnded)) {
      return Optional.empty();
    }
    long done = tasks.stream().filter(state -> state == TaskState.DONE).count();
    long skipped = tasks.stream().filter(state -> state == TaskState.SKIPPED).count();
    if (done + skipped == tasks.size() && !tasks.isEmpty()) {
      return Optional.of(RunState.DONE);
    }
    if (stopping) {
      return Optional.of(RunState.STOPPED);
    }
    return Optional.of(done > 0 ? RunState.PARTIAL : RunState.FAILED);
  }
}
