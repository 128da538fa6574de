package io.holdfast.server.execution;

import io.holdfast.server.paging.PageRequest;
import java.util.List;
import java.util.Optional;

/** Executions as the batch engine stores them; all servers on one database see the same. */
public interface ExecutionRepository {
  /** Those that match, newest first. */
  List<BatchExecution> list(ExecutionFilter filter, PageRequest page);

  long count(ExecutionFilter filter);

  Optional<BatchExecution> find(long executionId);

  /** Steps of an execution in the order they were begun. */
  List<BatchStep> steps(long executionId);

  /**
   * Ends an execution as ABANDONED that the engine cannot abandon, because a crash has left it as
   * if it ran. The caller has made sure that it does not.
   */
  void abandonDead(long executionId);
}
