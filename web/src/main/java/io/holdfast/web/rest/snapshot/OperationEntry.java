package io.holdfast.web.rest.snapshot;

import io.holdfast.error.BackupException;
import io.holdfast.server.snapshot.SnapshotOperation;
import java.time.Instant;

/**
 * Something that is done with a snapshot; times are empty while there are none.
 *
 * @param kind CREATE, REVERT or DELETE
 * @param state WAITING, RUNNING, DONE or FAILED
 * @param scheduleId the schedule that asked for it; empty: a person
 * @param problem why it failed or is tried again; empty: nothing
 */
public record OperationEntry(
    String id,
    String platformId,
    String vmId,
    String vmName,
    String kind,
    String snapshot,
    boolean memory,
    String state,
    String scheduleId,
    String startedBy,
    String createdAt,
    String startedAt,
    String endedAt,
    String problem) {
  static OperationEntry of(SnapshotOperation operation) {
    return new OperationEntry(
        operation.id().toString(),
        operation.platform().value(),
        operation.vm().vmId(),
        operation.vm().vmName(),
        operation.kind().name(),
        operation.snapshotName(),
        operation.memorySeconds() > 0,
        operation.state().name(),
        operation.scheduleId().orElse(""),
        operation.startedBy(),
        operation.createdAt().toString(),
        operation.startedAt().map(Instant::toString).orElse(""),
        operation.endedAt().map(Instant::toString).orElse(""),
        operation.error().map(BackupException::getMessage).orElse(""));
  }
}
