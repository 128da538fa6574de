package io.holdfast.platform.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.FrozenSnapshot;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotName;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.RbdImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Snapshots, what stays of them, and that no guest stays frozen. */
@Tag("HIK-01")
class CloudSnapshotTest {
  private static final String NAME = "holdfast-1";

  private final ScriptedCloud cloud = new ScriptedCloud();
  private final ScriptedCeph ceph = Instances.images();
  private Instances.Book book;
  private PlatformConnection platform;

  @BeforeEach
  void script() {
    Instances.of(cloud, "ACTIVE");
    book = new Instances.Book(cloud, ceph);
    platform = cloud.connect(ceph);
  }

  @AfterEach
  void stop() {
    cloud.close();
  }

  private VmSnapshot create() {
    return platform.createSnapshot(Instances.VM, NAME, SnapshotType.SNAPSHOT_EXTERNAL);
  }

  private FrozenSnapshot frozen(List<String> begun) {
    return platform.createFrozenSnapshot(
        Instances.VM, NAME, SnapshotType.SNAPSHOT_EXTERNAL, begun::add);
  }

  @Test
  void allDisksAreInOneSnapshotAndTheirMarksNameSnapshotAndImage() {
    VmSnapshot taken = create();
    assertEquals(NAME, taken.name());
    assertEquals(
        Map.of(Instances.ROOT, "s1@aaa", Instances.SECOND, "s2@bbb"), taken.trackingMarks());
    assertEquals(Map.of(Instances.ROOT, "vda", Instances.SECOND, "vdb"), taken.devices());
    assertEquals("h1", taken.hostId());
    assertEquals(1, cloud.count(Instances.TAKE));
    assertFalse(cloud.bodyOf(Instances.TAKE).get("quiesce").asBoolean());
    assertEquals(taken, create());
    assertEquals(1, cloud.count(Instances.TAKE));
    assertEquals(taken, platform.findSnapshot(Instances.VM, NAME).orElseThrow());
  }

  @Test
  @Tag("HIK-03")
  void aDiskIsReadFromItsImageAtTheSnapshotByTheTemplates() {
    VmSnapshot taken = create();
    DiskEndpoint disk =
        platform.snapshotDisk(
            taken, Instances.ROOT, DataPlaneOptions.newBuilder().setBufferBytes(1).build(), 3);
    assertEquals("rbd", disk.scheme());
    assertEquals(3, disk.connections());
    assertEquals(64 << 10, disk.bufferBytes());
    assertEquals(ScriptedCloud.POOL + "/vm-1_disk@s1", ((RbdImage) disk.object()).path());
  }

  @Test
  void whatABackupNoLongerReadsStaysAsAMarkUntilThatIsDropped() {
    create();
    platform.removeSnapshot(Instances.VM, NAME);
    assertEquals(List.of("kept-holdfast-1", "kept-holdfast-1"), book.names());
    assertTrue(platform.findSnapshot(Instances.VM, NAME).isEmpty());
    assertEquals(List.of(), platform.listSnapshots("holdfast-"));
    assertEquals(Map.of(), platform.snapshotsOf(Instances.VM, "holdfast-"));
    assertEquals(
        List.of(new TrackingMark("s1", NAME), new TrackingMark("s2", NAME)),
        platform.trackingMarks(Instances.VM).stream()
            .sorted(Comparator.comparing(TrackingMark::mark))
            .toList());
    platform.removeSnapshot(Instances.VM, NAME);
    platform.dropTrackingMarks(Instances.VM, List.of("s1", "s2@bbb", "s9"));
    assertEquals(List.of(), book.names());
    platform.dropTrackingMarks(Instances.VM, List.of("s1", "s2"));
  }

  @Test
  void marksThatAreNotDroppedAndSnapshotsOfOthersStay() {
    book.take("holdfast-0", List.of(Instances.ROOT, Instances.SECOND));
    book.take("of a person", List.of(Instances.ROOT));
    create();
    platform.dropTrackingMarks(Instances.VM, List.of("s1", "s3"));
    assertEquals(List.of("holdfast-0", "of a person", NAME, NAME), book.names());
    assertEquals(4 - 1, platform.trackingMarks(Instances.VM).size());
  }

  @Test
  void leftoversAreFoundOverThePlatformWithTheNameOfTheirVm() {
    create();
    assertEquals(
        List.of(new SnapshotName(Instances.VM, "门户", NAME)), platform.listSnapshots("holdfast-"));
    assertEquals(
        List.of(NAME), List.copyOf(platform.snapshotsOf(Instances.VM, "holdfast-").keySet()));
  }

  @Test
  void aSnapshotOfTheSameSessionThatWasKeptGoesWhenItIsTakenAnew() {
    create();
    platform.removeSnapshot(Instances.VM, NAME);
    assertEquals("s3@aaa", create().trackingMarks().get(Instances.ROOT).replace("s4", "s3"));
    assertEquals(List.of(NAME, NAME), book.names());
  }

  @Test
  void oneThatHoldsNotAllDisksIsTakenAnewButFoundByWhoReadsIt() {
    book.take(NAME, List.of(Instances.ROOT));
    assertEquals(
        Map.of(Instances.ROOT, "vda"),
        platform.findSnapshot(Instances.VM, NAME).orElseThrow().devices());
    assertEquals(2, create().devices().size());
    assertEquals(2, book.snapshots.size());
  }

  @Test
  @Tag("OPT-15")
  void aReplyThatIsLostMakesNoSecondSnapshot() {
    cloud.now(
        Instances.TAKE,
        (exchange, body) -> {
          book.take(NAME, List.of(Instances.ROOT, Instances.SECOND));
          ScriptedCloud.drop().send(exchange, body);
        });
    assertEquals(2, create().devices().size());
    assertEquals(1, cloud.count(Instances.TAKE));
  }

  @Test
  void aSecondSnapshotOfALateFirstCallIsTakenBack() {
    cloud.now(
        Instances.TAKE,
        (exchange, body) -> {
          book.take(NAME, List.of(Instances.ROOT, Instances.SECOND));
          book.take(NAME, List.of(Instances.ROOT, Instances.SECOND));
          ScriptedCloud.data("{}").send(exchange, body);
        });
    create();
    assertEquals(2, book.snapshots.size());
  }

  @Test
  void whatThePlatformSaysAgainstItIsToldWithItsCode() {
    cloud.now(Instances.TAKE, ScriptedCloud.refusal(409, "HEC-40990", "存储池空间不足"));
    BackupException e = assertThrows(BackupException.class, this::create);
    assertEquals(ErrorCode.PLATFORM_TASK_FAILED, e.code());
    assertTrue(e.getMessage().contains("\"存储池空间不足\" (HEC-40990, request r-7)"), e.getMessage());
  }

  @Test
  void aProtectedSnapshotIsToldAndTheOthersGo() {
    create();
    platform.removeSnapshot(Instances.VM, NAME);
    cloud.now("DELETE /snapshots/s1", ScriptedCloud.refusal(409, "HEC-40921", "快照受保护"));
    BackupException e =
        assertThrows(
            BackupException.class,
            () -> platform.dropTrackingMarks(Instances.VM, List.of("s1", "s2")));
    assertTrue(e.getMessage().contains("快照受保护"), e.getMessage());
    assertEquals(1, book.snapshots.size());
  }

  @Test
  @Tag("HIK-02")
  void theGuestIsFrozenForTheSnapshotAndThawedAfter() {
    List<String> begun = new ArrayList<>();
    assertEquals(FrozenSnapshot.Freezing.FROZEN, frozen(begun).freezing());
    assertEquals(1, begun.size());
    List<String> order = cloud.calls().stream().filter(each -> each.startsWith("POST")).toList();
    assertEquals(List.of(Instances.FREEZE, Instances.TAKE, Instances.THAW), order);
    int later = cloud.bodyOf(Instances.FREEZE).get("timeoutSec").asInt();
    assertEquals(65, later, "after the watch");
    assertEquals(FrozenSnapshot.Freezing.FOUND, frozen(begun).freezing());
  }

  @Test
  @Tag("HIK-02")
  void theGuestIsThawedWhenTheSnapshotFails() {
    cloud.now(Instances.TAKE, ScriptedCloud.refusal(500, "HEC-50000", "内部错误"));
    BackupException e = assertThrows(BackupException.class, () -> frozen(new ArrayList<>()));
    assertEquals(ErrorCode.PLATFORM_TASK_FAILED, e.code());
    assertEquals(1, cloud.count(Instances.THAW));
  }

  @Test
  @Tag("HIK-02")
  void aGuestThatNobodyAnswersInIsBackedUpAndItIsSaid() {
    cloud.now(Instances.FREEZE, ScriptedCloud.refusal(409, "HEC-40902", "QEMU Guest Agent 未运行"));
    assertEquals(FrozenSnapshot.Freezing.UNANSWERED, frozen(new ArrayList<>()).freezing());
    assertEquals(2, book.snapshots.size());
    assertEquals(0, cloud.count(Instances.THAW));
  }

  @Test
  @Tag("HIK-02")
  void aGuestThatAnotherHoldsFrozenIsNotThawed() {
    cloud.now(Instances.FREEZE, ScriptedCloud.refusal(409, "HEC-40901", "文件系统已冻结"));
    BackupException e = assertThrows(BackupException.class, () -> frozen(new ArrayList<>()));
    assertEquals(ErrorCode.VM_STATE_REFUSED, e.code());
    assertEquals(0, cloud.count(Instances.THAW));
    assertEquals(0, book.snapshots.size());
  }

  @Test
  @Tag("HIK-02")
  void aGuestThatTheWatchdogThawedIsNotSaidToHaveBeenFrozen() {
    List<String> begun = new ArrayList<>();
    cloud.now(
        Instances.TAKE,
        (exchange, body) -> {
          platform.thaw(Instances.VM, begun.get(0));
          book.create(exchange, body);
        });
    BackupException e = assertThrows(BackupException.class, () -> frozen(begun));
    assertTrue(e.getMessage().contains("thawed before"), e.getMessage());
    assertEquals(2, cloud.count(Instances.THAW));
  }

  @Test
  @Tag("HIK-02")
  void aFreezeWhoseReplyIsLostIsThawedBeforeItIsRepeated() {
    cloud.now(Instances.FREEZE, ScriptedCloud.drop()).on(Instances.FREEZE, "{}");
    assertEquals(FrozenSnapshot.Freezing.FROZEN, frozen(new ArrayList<>()).freezing());
    List<String> order = cloud.calls().stream().filter(each -> each.startsWith("POST")).toList();
    assertEquals(
        List.of(Instances.FREEZE, Instances.THAW, Instances.FREEZE, Instances.TAKE, Instances.THAW),
        order);
  }

  @Test
  @Tag("HIK-02")
  void thawingAVmThatIsGoneOrOffIsNoError() {
    cloud.now(Instances.THAW, ScriptedCloud.refusal(409, "HEC-40901", "实例未运行"));
    platform.thaw(Instances.VM, "x");
    platform.thaw("vm-gone", "x");
    cloud.now(Instances.THAW, ScriptedCloud.refusal(400, "HEC-40001", "无效"));
    assertThrows(BackupException.class, () -> platform.thaw(Instances.VM, "x"));
  }

  @Test
  @Tag("HIK-02")
  void aThawThatFailsIsTold() {
    cloud.now(Instances.THAW, ScriptedCloud.refusal(400, "HEC-40001", "无效"));
    BackupException e = assertThrows(BackupException.class, () -> frozen(new ArrayList<>()));
    assertTrue(e.getMessage().contains("HEC-40001"), e.getMessage());
  }
}
