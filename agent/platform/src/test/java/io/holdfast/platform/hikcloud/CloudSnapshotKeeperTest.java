package io.holdfast.platform.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotKeeper;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The snapshot of a VM before a restore overwrites it, and the way back to it. */
@Tag("HIK-05")
class CloudSnapshotKeeperTest {
  private static final String NAME = "before-restore";

  private final ScriptedCloud cloud = new ScriptedCloud();
  private final ScriptedCeph ceph = Instances.images();
  private Instances.Book book;
  private SnapshotKeeper keeper;
  private PlatformConnection platform;

  @BeforeEach
  void script() {
    Instances.of(cloud, "ACTIVE");
    book = new Instances.Book(cloud, ceph);
    platform = cloud.connect(ceph);
    keeper =
        new HikCloudDriver(Clock.systemUTC(), ceph, ScriptedCloud.quick())
            .snapshots(cloud.access().build());
  }

  @AfterEach
  void stop() {
    cloud.close();
  }

  private SnapshotDescription create(String name, String tag) {
    SnapshotKeeper.Wanted wanted =
        new SnapshotKeeper.Wanted(name, name, "", tag, 0, SnapshotType.SNAPSHOT_ADAPTIVE);
    return keeper.create(Instances.VM, wanted);
  }

  private static ErrorCode refused(Runnable call) {
    return assertThrows(BackupException.class, call::run).code();
  }

  @Test
  void aRunningTargetIsFrozenForItsSnapshotWhichIsTakenOnce() {
    SnapshotDescription taken = create(NAME, "r1");
    assertEquals(NAME, taken.getName());
    assertEquals("r1", taken.getOwnerTag());
    assertTrue(taken.getCreatedEpochMillis() > 0);
    assertEquals(1, cloud.count("POST /instances/vm-1/action#freeze"));
    assertEquals(taken, create(NAME, "r1"));
    assertEquals(2, book.snapshots.size());
    assertEquals(ErrorCode.ALREADY_EXISTS, refused(() -> create(NAME, "r2")));
    assertEquals(List.of(), platform.trackingMarks(Instances.VM));
  }

  @Test
  void aTargetThatIsOffIsRolledBackAndItsNextBackupIsFull() {
    platform.createSnapshot(Instances.VM, "holdfast-1", SnapshotType.SNAPSHOT_EXTERNAL);
    platform.removeSnapshot(Instances.VM, "holdfast-1");
    create(NAME, "r1");
    assertEquals(ErrorCode.REVERT_NEEDS_VM_OFF, refused(() -> keeper.revert(Instances.VM, NAME)));
    Instances.of(cloud, "SHUTOFF");
    for (String id : List.of("s3", "s4")) {
      cloud.on("POST /snapshots/" + id + "/rollback", "{}");
    }
    keeper.revert(Instances.VM, NAME);
    assertEquals(1, cloud.count("POST /snapshots/s3/rollback"));
    assertEquals(1, cloud.count("POST /snapshots/s4/rollback"));
    assertEquals(List.of(), platform.trackingMarks(Instances.VM));
    assertEquals(2, book.snapshots.size());
  }

  @Test
  void aRollbackWhoseReplyIsLostIsNotRepeated() {
    create(NAME, "");
    Instances.of(cloud, "SHUTOFF").on("POST /snapshots/s1/rollback", ScriptedCloud.drop());
    assertEquals(
        ErrorCode.SNAPSHOT_OUTCOME_UNKNOWN, refused(() -> keeper.revert(Instances.VM, NAME)));
    assertEquals(1, cloud.count("POST /snapshots/s1/rollback"));
  }

  @Test
  void noVmInBackupIsRolledBackAndNoSnapshotOfABackupTouched() {
    create(NAME, "");
    platform.createSnapshot(Instances.VM, "holdfast-1", SnapshotType.SNAPSHOT_EXTERNAL);
    Instances.of(cloud, "SHUTOFF");
    assertEquals(ErrorCode.VM_IN_BACKUP, refused(() -> keeper.revert(Instances.VM, NAME)));
    platform.removeSnapshot(Instances.VM, "holdfast-1");
    for (String name : List.of("holdfast-1", "kept-holdfast-1")) {
      assertEquals(
          ErrorCode.SNAPSHOT_OF_BACKUP, refused(() -> keeper.delete(Instances.VM, name, "")));
      assertEquals(ErrorCode.SNAPSHOT_OF_BACKUP, refused(() -> keeper.revert(Instances.VM, name)));
      assertEquals(ErrorCode.SNAPSHOT_OF_BACKUP, refused(() -> create(name, "")));
    }
    assertEquals(
        List.of(true, false),
        keeper.list(Instances.VM).stream()
            .map(SnapshotDescription::getOfBackup)
            .sorted(Comparator.reverseOrder())
            .toList());
  }

  @Test
  void onlyOnesOwnIsDeletedAndOneThatIsGoneIsSuccess() {
    create(NAME, "r1");
    assertEquals(
        ErrorCode.SNAPSHOT_NOT_OURS, refused(() -> keeper.delete(Instances.VM, NAME, "r2")));
    keeper.delete(Instances.VM, NAME, "r1");
    keeper.delete(Instances.VM, NAME, "r1");
    assertEquals(List.of(), book.names());
    assertEquals(ErrorCode.NOT_FOUND, refused(() -> keeper.revert(Instances.VM, NAME)));
  }
}
