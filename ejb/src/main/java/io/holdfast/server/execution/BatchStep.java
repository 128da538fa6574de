package io.holdfast.server.execution;

import java.time.Instant;

/**
 * One execution of a step.
 *
 * @param name id of the step in the job
 * @param exitStatus empty while there is none
 * @param endedAt null while it has not ended
 * @param failure what the engine noted of an exception, empty when none; for support, in no
 *     language
 * @param partitions how many parts of a partitioned step were made; 0 for others
 */
public record BatchStep(
    long id,
    String name,
    ExecutionStatus status,
    String exitStatus,
    Instant startedAt,
    Instant endedAt,
    Metrics metrics,
    String failure,
    int partitions) {

  /**
   * What the engine counted; of a partitioned step the sum over its parts.
   *
   * @param read items read
   * @param written items written
   * @param commits windows committed
   * @param rollbacks windows rolled back
   * @param skipped items skipped, which our jobs never do
   * @param filtered items a processor left out
   */
  public record Metrics(
      long read, long written, long commits, long rollbacks, long skipped, long filtered) {}
}
