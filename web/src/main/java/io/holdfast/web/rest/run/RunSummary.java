package io.holdfast.web.rest.run;

import io.holdfast.server.run.BackupRun;
import java.time.Instant;
import java.util.Objects;

/** A run without its VMs; times are ISO 8601, empty when not yet. */
public record RunSummary(
    String id,
    String kind,
    String jobId,
    String jobName,
    String type,
    String state,
    String startedBy,
    String startedAt,
    String endedAt) {

  /** The summary of a run. */
  public static RunSummary of(BackupRun run) {
    return new RunSummary(
        run.getId().toString(),
        run.getKind().name(),
        run.getJobId().toString(),
        run.getJobName(),
        Objects.toString(run.getBackupType(), ""),
        run.getState().name(),
        run.getStartedBy(),
        time(run.getStartedAt()),
        time(run.getEndedAt()));
  }

  static String time(Instant instant) {
    return instant == null ? "" : instant.toString();
  }
}
