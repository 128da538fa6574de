package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.agent.protocol.StorageLinkOptions;
import io.holdfast.error.BackupException;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotName;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.pool.store.TransferPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tracking marks that no later backup counts from (HIK-01, CAS-05). Only marks of our own snapshots
 * go, and of those only what pool and server together call spent: a mark costs little, a chain that
 * was cut costs a full backup. Every call may be repeated.
 */
final class SpentMarks {
  private static final Logger LOG = LoggerFactory.getLogger(SpentMarks.class);

  private final PoolReach pools;

  SpentMarks(PoolReach pools) {
    this.pools = pools;
  }

  /**
   * At the end of a session: its own marks when it came to nothing or nobody is to count from them,
   * those of the points in its pool that are no base any more, and those of ended sessions of the
   * VM that nobody counts from in any pool. All others stay: they are those of other pools, other
   * servers and people. What fails is tried by the next release and the server's sweep.
   */
  void drop(PlatformConnection platform, ReleaseBackupRequest request) {
    String vmId = request.getVmId();
    try {
      List<TrackingMark> marks = platform.trackingMarks(vmId);
      if (marks.isEmpty()) {
        return;
      }
      List<String> unneeded;
      try (PoolUse use = pools.look(request.getPool(), StorageLinkOptions.getDefaultInstance())) {
        unneeded =
            marks.stream()
                .filter(mark -> isUnneeded(mark, request, use.pool()))
                .map(TrackingMark::mark)
                .toList();
      }
      platform.dropTrackingMarks(vmId, unneeded);
    } catch (BackupException failed) {
      LOG.warn("Marks that nobody needs stay on VM {}: {}", vmId, failed.getMessage());
    }
  }

  private static boolean isUnneeded(
      TrackingMark mark, ReleaseBackupRequest request, TransferPool pool) {
    if (!mark.snapshot().startsWith(BackupOpening.SNAPSHOT_PREFIX)) {
      return false;
    }
    String point = session(mark.snapshot());
    boolean sealedHere = Ids.find(point).filter(pool::holds).isPresent();
    if (point.equals(request.getSessionId())) {
      return !sealedHere || request.getDropMark();
    }
    boolean spent = sealedHere || request.getEndedSessionIdsList().contains(point);
    return spent && !request.getRestorePointsInUseAsBaseList().contains(point);
  }

  private static String session(String snapshot) {
    return snapshot.substring(BackupOpening.SNAPSHOT_PREFIX.length());
  }

  /**
   * Over a whole platform whose marks are snapshots that were kept: those of ended sessions that no
   * point in use as a base was made by. One that fails does not keep the others.
   *
   * @param living sessions whose marks stay whatever the request says
   * @return what was removed and what could not be
   */
  static List<Notice> reap(
      PlatformConnection platform, RemoveLeftoversRequest request, Set<String> living) {
    Set<String> ended = Set.copyOf(request.getEndedSessionIdsList());
    Set<String> bases = Set.copyOf(request.getRestorePointsInUseAsBaseList());
    List<Notice> result = new ArrayList<>();
    for (SnapshotName kept : platform.keptSnapshots(BackupOpening.SNAPSHOT_PREFIX)) {
      String session = session(kept.name());
      if (ended.contains(session) && !bases.contains(session) && !living.contains(session)) {
        result.add(reap(platform, kept));
      }
    }
    return result;
  }

  private static Notice reap(PlatformConnection platform, SnapshotName kept) {
    try {
      List<String> marks =
          platform.trackingMarks(kept.vmId()).stream()
              .filter(mark -> mark.snapshot().equals(kept.name()))
              .map(TrackingMark::mark)
              .toList();
      platform.dropTrackingMarks(kept.vmId(), marks);
      LOG.info("VM {}: nobody counts from {}; it is removed", kept.vmName(), kept.name());
      return Notices.warning(
          NoticeCode.LEFTOVER_SNAPSHOT_REMOVED, "snapshot", kept.name(), "vm", kept.vmName());
    } catch (BackupException failed) {
      return BackupRelease.removalFailed(kept.vmName(), kept.name(), failed);
    }
  }
}
