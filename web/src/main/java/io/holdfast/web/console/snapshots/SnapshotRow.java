package io.holdfast.web.console.snapshots;

import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.server.snapshot.SnapshotWanted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A snapshot as the page shows it.
 *
 * @param snapshot as the platform says
 * @param depth how many snapshots it follows
 */
public record SnapshotRow(SnapshotDescription snapshot, int depth) {
  static List<SnapshotRow> of(List<SnapshotDescription> snapshots) {
    Map<String, Integer> depths = new HashMap<>();
    List<SnapshotRow> rows = new ArrayList<>();
    for (SnapshotDescription each : snapshots) {
      int depth = depths.getOrDefault(each.getParent(), -1) + 1;
      depths.put(each.getName(), depth);
      rows.add(new SnapshotRow(each, depth));
    }
    return rows;
  }

  public String name() {
    return snapshot.getName();
  }

  /** What people called it. */
  public String title() {
    return snapshot.getTitle().isEmpty() ? snapshot.getName() : snapshot.getTitle();
  }

  /** Where it stands in the tree, as leading marks. */
  public String indent() {
    return "· ".repeat(depth);
  }

  /** When it was taken; null when the platform does not say. */
  public Instant createdAt() {
    long millis = snapshot.getCreatedEpochMillis();
    return millis == 0 ? null : Instant.ofEpochMilli(millis);
  }

  /** Whether a schedule of ours made it. */
  public boolean isScheduled() {
    return snapshot.getName().startsWith(SnapshotWanted.OF_SCHEDULES)
        && !snapshot.getOwnerTag().isEmpty();
  }

  /** Whether it is a backup's and cannot be touched. */
  public boolean isOfBackup() {
    return snapshot.getOfBackup();
  }
}
