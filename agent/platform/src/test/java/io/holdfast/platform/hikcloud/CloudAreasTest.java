package io.holdfast.platform.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.model.Extent;
import io.holdfast.platform.hikcloud.ScriptedCeph.State;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.VmSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What changed, what holds data, and when changes cannot be told any more. */
@Tag("HIK-01")
class CloudAreasTest {
  private static final String IMAGE = "vm-1_disk";
  private static final String PATH = ScriptedCloud.POOL + "/" + IMAGE;

  private final ScriptedCloud cloud = new ScriptedCloud();
  private final ScriptedCeph ceph = Instances.images();
  private PlatformConnection platform;
  private String base;
  private VmSnapshot now;

  @BeforeEach
  void script() {
    Instances.of(cloud, "ACTIVE");
    new Instances.Book(cloud, ceph);
    platform = cloud.connect(ceph);
    base = snapshot("holdfast-1").trackingMarks().get(Instances.ROOT);
    now = snapshot("holdfast-2");
    ceph.asked.clear();
  }

  private VmSnapshot snapshot(String name) {
    return platform.createSnapshot(Instances.VM, name, SnapshotType.SNAPSHOT_EXTERNAL);
  }

  @AfterEach
  void stop() {
    cloud.close();
  }

  private String at(VmSnapshot snapshot) {
    return Mark.of(snapshot.trackingMarks().get(Instances.ROOT)).snapshotId();
  }

  private String before() {
    return Mark.of(base).snapshotId();
  }

  private void assertLost(String why) {
    BackupException e =
        assertThrows(BackupException.class, () -> platform.changedAreas(now, Instances.ROOT, base));
    assertEquals(ErrorCode.TRACKING_LOST, e.code());
    assertEquals(why, Messages.value(e.parameters().get("cause"), Locale.ENGLISH));
    assertEquals("vda", e.parameters().get("disk"));
    assertTrue(ceph.asked.stream().noneMatch(each -> each.startsWith("changed")));
  }

  @Test
  void changesAreAskedOfEveryObjectBetweenTheTwoSnapshots() {
    assertEquals(
        List.of(Extent.zero(4096, 4096)),
        platform.changedAreas(now, Instances.ROOT, base).extents());
    assertTrue(
        ceph.asked.contains(
            "changed " + PATH + "@" + at(now) + " since " + before() + " EVERY_OBJECT"),
        ceph.asked.toString());
  }

  @Test
  @Tag("OPT-16")
  void dataIsAskedOfEveryObjectUnlessTheObjectMapIsTrusted() {
    assertEquals(4096, platform.allocatedAreas(now, Instances.ROOT).dataBytes());
    assertEquals("allocated " + PATH + "@" + at(now) + " EVERY_OBJECT", last());
    CephStorageAccess trusting =
        CephStorageAccess.newBuilder()
            .setPool(ScriptedCloud.POOL)
            .setSearchByObjectMap(true)
            .build();
    ScriptedCloud.connect(ceph, cloud.access().setCephStorages(0, trusting).build())
        .allocatedAreas(now, Instances.ROOT);
    assertEquals("allocated " + PATH + "@" + at(now) + " BY_OBJECT_MAP", last());
  }

  private String last() {
    return ceph.asked.get(ceph.asked.size() - 1);
  }

  @Test
  void aBaseThatIsGoneIsLost() {
    ceph.without(IMAGE + "@" + before());
    assertLost("the snapshot that was kept for it is gone");
  }

  @Test
  void aSnapshotOfThisBackupThatIsGoneIsAnErrorOfItsOwn() {
    ceph.without(IMAGE + "@" + at(now));
    BackupException e =
        assertThrows(BackupException.class, () -> platform.changedAreas(now, Instances.ROOT, base));
    assertEquals(ErrorCode.RBD_SNAPSHOT_MISSING, e.code());
  }

  @Test
  void anImageThatWasMadeAnewIsLostAlsoWithASnapshotOfThatName() {
    base = before() + "@other";
    assertLost("the image was made anew since");
  }

  @Test
  void anImageThatWasResizedIsLost() {
    ceph.with(IMAGE + "@" + at(now), new State("aaa", ScriptedCeph.SIZE * 2, "", 0));
    assertLost("the image was resized from 67108864 to 134217728 bytes");
  }

  @Test
  void aCloneThatWasFlattenedIsLost() {
    ceph.with(IMAGE + "@" + before(), new State("aaa", ScriptedCeph.SIZE, "p/i@s", 4096));
    assertLost("the image was flattened since");
  }

  @Test
  void aCloneThatWasSmallerInBetweenIsLost() {
    ceph.with(IMAGE + "@" + before(), new State("aaa", ScriptedCeph.SIZE, "p/i@s", 8192));
    ceph.with(IMAGE + "@" + at(now), new State("aaa", ScriptedCeph.SIZE, "p/i@s", 4096));
    assertLost("the image was smaller in between");
  }

  @Test
  void aMarkThatIsNotTheEarlierOneIsLost() {
    String later = snapshot("holdfast-3").trackingMarks().get(Instances.ROOT);
    ceph.asked.clear();
    base = later;
    assertLost("the snapshot that was kept for it is not the earlier one");
  }

  @Test
  void aDiskThatIsNotInTheSnapshotIsToldByDevice() {
    VmSnapshot half =
        new VmSnapshot(
            now.vmId(),
            now.name(),
            now.type(),
            now.createdAt(),
            now.hostId(),
            now.hostAddress(),
            Map.of(),
            Map.of());
    BackupException e =
        assertThrows(BackupException.class, () -> platform.allocatedAreas(half, Instances.ROOT));
    assertEquals(ErrorCode.NOT_FOUND, e.code());
    assertEquals("vda", e.parameters().get("id"));
  }
}
