package io.holdfast.server.run;

import java.util.UUID;

/**
 * Which runs a list shows; null and empty mean any.
 *
 * @param kind backups or restores
 * @param jobId of one policy or restore job
 * @param state in that state
 * @param nameContains text in the job's name, case does not matter
 */
public record RunFilter(RunKind kind, UUID jobId, RunState state, String nameContains) {
  /** All runs. */
  public static final RunFilter ALL = new RunFilter(null, null, null, "");

  /** All runs of one policy or restore job. */
  public static RunFilter ofJob(UUID jobId) {
    return new RunFilter(null, jobId, null, "");
  }
}
