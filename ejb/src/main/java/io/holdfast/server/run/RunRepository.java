package io.holdfast.server.run;

import io.holdfast.server.paging.PageRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Runs, their log and their samples as stored. Joins the caller's transaction. */
public interface RunRepository {
  void add(BackupRun run);

  Optional<BackupRun> find(UUID id);

  /** The run with its row locked until the transaction ends, as it is in the database now. */
  Optional<BackupRun> lock(UUID id);

  /** Runs that match, newest first. */
  List<BackupRun> list(RunFilter filter, PageRequest page);

  long count(RunFilter filter);

  /** Runs that have not ended, oldest first. */
  List<BackupRun> active();

  /** Ended runs whose failed VMs are to be backed up again by now (OPT-14). */
  List<UUID> retryDue(Instant now);

  void add(RunLogEntry entry);

  /** The log in the order it was written. */
  List<RunLogEntry> log(UUID runId, PageRequest page);

  long logCount(UUID runId);

  void add(ProgressSample sample);

  /** Samples of a run from a moment on, in the order of time. */
  List<ProgressSample> samples(UUID runId, Instant from);
}
