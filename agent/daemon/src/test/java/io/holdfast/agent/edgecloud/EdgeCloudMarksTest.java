package io.holdfast.agent.edgecloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.platform.spi.SnapshotKeeper;
import io.holdfast.platform.spi.SnapshotName;
import io.holdfast.platform.spi.TrackingMark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots that stay for the next backup hold space: those nobody counts from go (HIK-01). */
@Tag("HIK-01")
class EdgeCloudMarksTest {
  private static final long SIZE = 16L << 20;

  @TempDir private static Path folder;

  private static EdgeCloudBed bed;

  @BeforeAll
  static void start() throws IOException {
    bed = new EdgeCloudBed(folder);
  }

  @AfterAll
  static void end() {
    if (bed != null) {
      bed.close();
    }
  }

  @AfterEach
  void dropAll() {
    for (SnapshotName kept : bed.platform.keptSnapshots("holdfast-")) {
      List<String> marks =
          bed.platform.trackingMarks(kept.vmId()).stream().map(TrackingMark::mark).toList();
      bed.platform.dropTrackingMarks(kept.vmId(), marks);
    }
  }

  private static ReleaseBackupRequest.Builder release(BackupRequest of) {
    return ReleaseBackupRequest.newBuilder()
        .setSessionId(of.getSessionId())
        .setPlatform(of.getPlatform())
        .setPool(of.getPool())
        .setVmId(of.getVmId());
  }

  private static RestorePointSummary sealed(BackupRequest request) {
    BackupBegun begun = bed.agent().backups().beginBackup(request);
    bed.backups().transferAll(request, begun);
    return bed.backups().seal(request);
  }

  private static List<String> snapshotsInCluster(String vm) {
    return bed.images(vm).stream()
        .flatMap(image -> bed.ceph.rbd("snap", "ls", image).lines().skip(1))
        .toList();
  }

  @Test
  void withoutKeepingTheLatestSnapshotNothingStays() {
    String vm = bed.running(EdgeCloudBed.disk(SIZE), EdgeCloudBed.disk(SIZE));
    BackupRequest request = bed.request(vm, BackupType.FULL, "");
    RestorePointSummary point = sealed(request);
    assertEquals(2, snapshotsInCluster(vm).size());
    bed.agent()
        .backups()
        .releaseBackup(
            release(request)
                .setDropMark(true)
                .addRestorePointsInUseAsBase(point.getRestorePointId())
                .build());
    assertEquals(List.of(), snapshotsInCluster(vm));
  }

  @Test
  void theOldSnapshotGoesOnlyAfterTheNewPointIsSealed() {
    String vm = bed.running(EdgeCloudBed.disk(SIZE));
    RestorePointSummary full = bed.run(bed.request(vm, BackupType.FULL, ""));
    BackupRequest next = bed.request(vm, BackupType.INCREMENTAL, full.getRestorePointId());
    RestorePointSummary second = sealed(next);
    assertEquals(1, bed.marks(vm, full));
    bed.backups().release(next, false, List.of(second.getRestorePointId()));
    assertEquals(0, bed.marks(vm, full));
    assertEquals(1, bed.marks(vm, second));
    assertEquals(1, snapshotsInCluster(vm).size());
  }

  @Test
  void whatASessionThatDiedLeftGoesWithTheNextReleaseOfItsVm() {
    String vm = bed.running(EdgeCloudBed.disk(SIZE));
    RestorePointSummary full = bed.run(bed.request(vm, BackupType.FULL, ""));
    BackupRequest dead = bed.request(vm, BackupType.INCREMENTAL, full.getRestorePointId());
    bed.agent().backups().beginBackup(dead);
    // Released while its pool was not there: its snapshot is kept, and nobody knows of it.
    bed.platform.removeSnapshot(vm, "holdfast-" + dead.getSessionId());
    BackupRequest next = bed.request(vm, BackupType.INCREMENTAL, full.getRestorePointId());
    RestorePointSummary second = sealed(next);
    assertEquals(3, bed.platform.trackingMarks(vm).size());
    bed.agent()
        .backups()
        .releaseBackup(
            release(next)
                .addEndedSessionIds(dead.getSessionId())
                .addEndedSessionIds(full.getRestorePointId())
                .addRestorePointsInUseAsBase(full.getRestorePointId())
                .addRestorePointsInUseAsBase(second.getRestorePointId())
                .build());
    assertEquals(1, bed.marks(vm, full));
    assertEquals(1, bed.marks(vm, second));
    assertEquals(2, bed.platform.trackingMarks(vm).size());
  }

  @Test
  @Tag("CAS-05")
  void theSweepRemovesWhatNobodyCountsFromAndNothingElse() {
    String left = bed.running(EdgeCloudBed.disk(SIZE));
    String stays = bed.running(EdgeCloudBed.disk(SIZE));
    RestorePointSummary ofLeft = bed.run(bed.request(left, BackupType.FULL, ""));
    RestorePointSummary base = bed.run(bed.request(stays, BackupType.FULL, ""));
    BackupRequest crashed = bed.request(left, BackupType.FULL, "");
    bed.agent().backups().beginBackup(crashed);
    bed.restartAgent();
    BackupRequest living = bed.request(stays, BackupType.INCREMENTAL, base.getRestorePointId());
    bed.agent().backups().beginBackup(living);
    // Another server's, an operator's, and one whose name only looks like ours.
    bed.platform.createSnapshot(left, "holdfast-of-another", SnapshotType.SNAPSHOT_EXTERNAL);
    bed.platform.removeSnapshot(left, "holdfast-of-another");
    try (SnapshotKeeper keeper = bed.keeper()) {
      keeper.create(left, wanted("weekly"));
      keeper.create(left, wanted("kept-" + ofLeft.getRestorePointId()));
    }
    RemoveLeftoversRequest.Builder sweep =
        RemoveLeftoversRequest.newBuilder()
            .setPlatform(bed.access())
            .addEndedSessionIds(ofLeft.getRestorePointId())
            .addEndedSessionIds(base.getRestorePointId())
            .addEndedSessionIds(crashed.getSessionId())
            .addRestorePointsInUseAsBase(base.getRestorePointId());
    // As servers asked before marks were snapshots: the crashed one is kept, none goes.
    assertEquals(1, bed.agent().backups().removeLeftovers(sweep.build()).getRemovedList().size());
    assertTrue(kept().contains("holdfast-" + crashed.getSessionId()), kept().toString());

    List<Notice> removed =
        bed.agent()
            .backups()
            .removeLeftovers(
                sweep.setReapMarks(true).addEndedSessionIds(living.getSessionId()).build())
            .getRemovedList();
    assertEquals(
        List.of("LEFTOVER_SNAPSHOT_REMOVED", "LEFTOVER_SNAPSHOT_REMOVED"),
        removed.stream().map(Notice::getCode).toList());
    assertEquals(
        List.of("holdfast-" + base.getRestorePointId(), "holdfast-of-another"),
        kept().stream().sorted(EdgeCloudMarksTest::foreignLast).toList());
    assertTrue(bed.platform.findSnapshot(stays, "holdfast-" + living.getSessionId()).isPresent());
    try (SnapshotKeeper keeper = bed.keeper()) {
      assertEquals(3, keeper.list(left).size());
    }
    bed.backups().release(living, true, List.of(base.getRestorePointId()));
  }

  private static int foreignLast(String one, String other) {
    return Boolean.compare(one.endsWith("another"), other.endsWith("another"));
  }

  private static List<String> kept() {
    return bed.platform.keptSnapshots("holdfast-").stream().map(SnapshotName::name).toList();
  }

  private static SnapshotKeeper.Wanted wanted(String name) {
    return new SnapshotKeeper.Wanted(name, "", "", "", 0, SnapshotType.SNAPSHOT_EXTERNAL);
  }
}
