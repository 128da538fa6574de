package io.holdfast.server.execution;

import java.util.Map;

/**
 * What operators ask of the batch engine beside the dispatcher's own work; implemented where the
 * jobs are. Never asked to start or restart a job of a VM task: that is the dispatcher's alone.
 * Thread-safe. Never called inside a transaction.
 */
public interface BatchEngine {
  /**
   * Starts the job {@code start-backup}.
   *
   * @return the execution's id
   */
  long startBackup(Map<String, String> parameters);

  /** Asks an execution to stop; no effect on an ended or unknown one. */
  void stop(long executionId);

  /**
   * Marks an ended execution ABANDONED, so that it is never restarted.
   *
   * @return false when the engine believes that it runs, or does not know it
   */
  boolean abandon(long executionId);

  /** Whether this server's engine is at work on the execution. */
  boolean isAlive(long executionId);
}
