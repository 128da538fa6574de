package io.holdfast.web.rest.snapshot;

import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.server.snapshot.SnapshotWanted;
import java.time.Instant;

/**
 * A snapshot on the platform.
 *
 * @param parent name of the snapshot it follows; empty: none
 * @param createdAt as the platform says; empty: it does not
 * @param type INTERNAL or EXTERNAL
 * @param current the VM goes on from it
 * @param belongsTo BACKUP: of a backup that runs or was interrupted, cannot be touched; SCHEDULE:
 *     made by a schedule; otherwise empty
 * @param vmState of the VM when it was taken
 */
public record SnapshotEntry(
    String name,
    String parent,
    String title,
    String description,
    String createdAt,
    String type,
    boolean memory,
    boolean current,
    String belongsTo,
    String vmState) {
  static SnapshotEntry of(SnapshotDescription snapshot) {
    boolean scheduled =
        snapshot.getName().startsWith(SnapshotWanted.OF_SCHEDULES)
            && !snapshot.getOwnerTag().isEmpty();
    return new SnapshotEntry(
        snapshot.getName(),
        snapshot.getParent(),
        snapshot.getTitle(),
        snapshot.getDescription(),
        snapshot.getCreatedEpochMillis() == 0
            ? ""
            : Instant.ofEpochMilli(snapshot.getCreatedEpochMillis()).toString(),
        snapshot.getType() == SnapshotType.SNAPSHOT_EXTERNAL ? "EXTERNAL" : "INTERNAL",
        snapshot.getMemory(),
        snapshot.getCurrent(),
        snapshot.getOfBackup() ? "BACKUP" : scheduled ? "SCHEDULE" : "",
        snapshot.getVmState());
  }
}
