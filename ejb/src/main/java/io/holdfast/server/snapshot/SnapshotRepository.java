package io.holdfast.server.snapshot;

import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Snapshot operations as stored. Joins the caller's transaction. */
public interface SnapshotRepository {
  /**
   * Which operations are wanted; null: any.
   *
   * @param platform of this platform
   * @param vmId of this VM
   * @param scheduleId of this schedule
   */
  record Filter(PlatformId platform, String vmId, String scheduleId) {
    /** All of them. */
    public static final Filter ALL = new Filter(null, null, null);
  }

  /** Stores it at the end of the queue. */
  void add(SnapshotOperation operation);

  Optional<SnapshotOperation> find(UUID id);

  /** With its row locked until the transaction ends, as it is in the database now. */
  Optional<SnapshotOperation> lock(UUID id);

  /** Those that have not ended, in the order of the queue. */
  List<SnapshotOperation> active();

  /** Whether one is RUNNING on the VM of this exclusive key. */
  boolean isUnderWay(String exclusiveKey);

  /** Newest first. */
  Page<SnapshotOperation> list(Filter filter, PageRequest page);

  /** Deletes some that ended before then; how many. */
  int deleteEnded(Instant before, int limit);
}
