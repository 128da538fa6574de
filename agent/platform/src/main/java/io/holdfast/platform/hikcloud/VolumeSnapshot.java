package io.holdfast.platform.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.platform.spi.SnapshotKeeper;

/**
 * A snapshot of one volume [INF]; those of one call have one group and one name.
 *
 * @param id the platform's, of which its name in the cluster is made
 * @param group of those taken together
 * @param name on the platform; it can be changed
 * @param vmId the VM it was taken of; empty: none
 * @param status "available" when it is there
 * @param createdAt as the platform writes it
 */
record VolumeSnapshot(
    String id,
    String group,
    String name,
    String volumeId,
    String vmId,
    String status,
    String createdAt) {
  /** What a backup's snapshot is called when only later backups need it (ADR 0004). */
  static final String KEPT = "kept-";

  static VolumeSnapshot of(JsonNode snapshot) {
    return new VolumeSnapshot(
        snapshot.path("id").asText(""),
        snapshot.path("groupId").asText(""),
        snapshot.path("name").asText(""),
        snapshot.path("volumeId").asText(""),
        snapshot.path("instanceId").asText(""),
        snapshot.path("status").asText(""),
        snapshot.path("createdAt").asText(""));
  }

  /** The name it was taken under, also when it is kept. */
  String asTaken() {
    return name.startsWith(KEPT) ? name.substring(KEPT.length()) : name;
  }

  /** Taken by a backup, kept or not. */
  boolean isOfBackup() {
    return asTaken().startsWith(SnapshotKeeper.OF_BACKUPS);
  }
}
