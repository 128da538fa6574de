package io.holdfast.server.history;

import java.time.Instant;
import java.util.List;

/** Rows that may go, in portions. Joins the caller's transaction. */
public interface PurgeRepository {
  /** Runs that ended before the moment and still have details, oldest first. */
  List<String> runsWithDetails(Instant endedBefore, int limit);

  /** Deletes log lines and samples of a run, at most so many of each; how many went. */
  int deleteDetails(String runId, int limit);

  /** From now on the run is not listed any more. */
  void markPurged(String runId);

  /**
   * Deletes instances of batch jobs with all their executions and steps, none of which has changed
   * since the moment and none of which a VM task still needs; how many went.
   */
  int deleteJobInstances(Instant unchangedSince, int limit);
}
