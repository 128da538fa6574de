package io.holdfast.server.run;

import java.util.UUID;

/**
 * Starts and stops executions of the batch engine. The only way from the server's state to the
 * engine; implemented where the jobs are. Thread-safe. Never called inside a transaction.
 */
public interface JobLauncher {
  /**
   * Starts the job of a VM task.
   *
   * @return the execution's id
   */
  long start(RunKind kind, UUID taskId);

  /**
   * Goes on with an execution that ended FAILED or STOPPED, or that a crash left as if it ran; the
   * caller has made sure that it does not. When the engine no longer knows it or cannot restart it,
   * a new execution is started, which goes on from the recorded positions all the same.
   *
   * @return the id of the execution that is now at work
   */
  long restart(RunKind kind, UUID taskId, long executionId);

  /** Asks an execution to stop at the end of its window; no effect on an ended or unknown one. */
  void stop(long executionId);

  /** Whether the engine of this process is at work on the execution. */
  boolean isAlive(long executionId);
}
