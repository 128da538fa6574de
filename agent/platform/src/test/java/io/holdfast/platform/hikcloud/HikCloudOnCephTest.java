package io.holdfast.platform.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.model.Extent;
import io.holdfast.platform.spi.FrozenSnapshot;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.rbd.RbdDiskTransport;
import io.holdfast.source.rbd.RbdStorage;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.toolkit.CephBed;
import io.holdfast.toolkit.SimulatedCloud;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The driver against the simulated platform and a real cluster, which it reads as a client that may
 * only read.
 */
@Tag("HIK-01")
class HikCloudOnCephTest {
  private static final long MIB = 1L << 20;
  private static final DataPlaneOptions OPTIONS = DataPlaneOptions.getDefaultInstance();

  @TempDir private static Path folder;

  private static CephBed ceph;
  private static SimulatedCloud cloud;
  private static PlatformConnection platform;

  @BeforeAll
  static void start() throws IOException {
    ceph = CephBed.shared();
    cloud = new SimulatedCloud(folder.resolve("cloud"), ceph);
    Path keyring = ceph.client("reader", "profile rbd-read-only", "profile rbd-read-only pool=rbd");
    platform = connect("reader", keyring.toString());
  }

  @AfterAll
  static void end() {
    if (platform != null) {
      platform.close();
    }
    if (cloud != null) {
      cloud.close();
    }
  }

  private static PlatformConnection connect(String clientId, String keyring) {
    return new HikCloudDriver(Clock.systemUTC(), new RbdStorage())
        .connect(cloud.access(clientId, keyring));
  }

  private static String running(String disks) {
    String vm = cloud.instance("{\"disks\":[" + disks + "]}");
    platform.start(vm);
    return vm;
  }

  private static VmSnapshot snapshot(String vm, String name) {
    List<String> begun = new ArrayList<>();
    FrozenSnapshot taken =
        platform.createFrozenSnapshot(vm, name, SnapshotType.SNAPSHOT_EXTERNAL, begun::add);
    assertEquals(FrozenSnapshot.Freezing.FROZEN, taken.freezing());
    assertEquals(1, begun.size());
    return taken.snapshot();
  }

  private static String key(String vm, int disk) {
    return platform.describeVm(vm).getDisks(disk).getDiskKey();
  }

  private static List<Extent> changed(VmSnapshot now, String key, VmSnapshot base) {
    return platform.changedAreas(now, key, base.trackingMarks().get(key)).extents();
  }

  private static String lost(VmSnapshot now, String key, VmSnapshot base) {
    BackupException e = assertThrows(BackupException.class, () -> changed(now, key, base));
    assertEquals(ErrorCode.TRACKING_LOST, e.code());
    return Messages.value(e.parameters().get("cause"), Locale.ENGLISH);
  }

  private static byte[] read(DiskEndpoint where, long offset, int length) throws Exception {
    try (DiskSource disk = new RbdDiskTransport().openForReading(where)) {
      ByteBuffer buffer = ByteBuffer.allocate(length);
      disk.read(offset, buffer).get(30, TimeUnit.SECONDS);
      return buffer.array();
    }
  }

  @Test
  @Tag("RES-03")
  @Tag("INV-01")
  void thePlatformIsRegisteredAndItsTreeRead() throws Exception {
    assertEquals("V1.8.0", platform.test().getVersion());
    String vm = running("{\"sizeBytes\":16777216}");
    List<InventoryNode> nodes = platform.inventory();
    assertEquals(InventoryNode.Kind.HOST, nodes.get(0).getKind());
    assertTrue(
        nodes.stream()
            .anyMatch(
                each ->
                    each.getId().equals("vm:" + vm) && each.getParentId().equals("host:host-1")));
    assertEquals(1000L << 30, platform.hostResources("host-1").getStoragePools(0).getTotalBytes());
  }

  @Test
  @Tag("HIK-03")
  void aFullThenAnIncrementCountedFromTheSnapshotThatWasKept() throws Exception {
    String vm = running("{\"sizeBytes\":67108864,\"ephemeral\":true},{\"sizeBytes\":33554432}");
    String root = key(vm, 0);
    String second = key(vm, 1);
    assertEquals(2, platform.eligibility(vm, SnapshotType.SNAPSHOT_ADAPTIVE).disks().size());
    cloud.writes(vm, 0, "write -P 0x41 0 64k");
    VmSnapshot full = snapshot(vm, "holdfast-full");
    cloud.writes(vm, 0, "write -P 0x42 0 64k");
    assertEquals(List.of(Extent.data(0, 64 << 10)), platform.allocatedAreas(full, root).extents());
    assertEquals(List.of(), platform.allocatedAreas(full, second).extents());
    assertEquals(0x41, read(platform.snapshotDisk(full, root, OPTIONS, 1), 0, 16)[15]);

    platform.removeSnapshot(vm, "holdfast-full");
    assertTrue(platform.findSnapshot(vm, "holdfast-full").isEmpty());
    cloud.writes(vm, 1, "write -P 0x43 8M 4k");
    VmSnapshot next = snapshot(vm, "holdfast-next");
    assertEquals(List.of(Extent.data(0, 64 << 10)), changed(next, root, full));
    List<Extent> second4k = changed(next, second, full);
    assertTrue(second4k.get(0).range().end() == 8 * MIB + 4096, second4k.toString());
    assertEquals(0x42, read(platform.snapshotDisk(next, root, OPTIONS, 1), 0, 16)[15]);

    List<String> ofFull =
        platform.trackingMarks(vm).stream()
            .filter(each -> each.snapshot().equals("holdfast-full"))
            .map(TrackingMark::mark)
            .toList();
    assertEquals(2, ofFull.size());
    platform.dropTrackingMarks(vm, ofFull);
    assertEquals(2, platform.trackingMarks(vm).size());
    assertEquals("the snapshot that was kept for it is gone", lost(next, root, full));
    assertFalse(ceph.rbd("snap", "ls", vm + "_disk").contains(ofFull.get(0)));
  }

  @Test
  void whatMakesABaseUnusableIsSaid() throws Exception {
    ceph.rbd("create", "--size", "32M", "golden");
    ceph.rbd(
        "bench",
        "--io-type",
        "write",
        "--io-threads",
        "1",
        "--io-size",
        "4M",
        "--io-total",
        "8M",
        "golden");
    ceph.rbd("snap", "create", "golden@s");
    ceph.rbd("snap", "protect", "golden@s");
    String vm =
        running(
            "{\"sizeBytes\":33554432},{\"sizeBytes\":33554432},"
                + "{\"sizeBytes\":33554432,\"parent\":\"golden@s\"}");
    String resized = key(vm, 0);
    String anew = key(vm, 1);
    String clone = key(vm, 2);
    VmSnapshot base = snapshot(vm, "holdfast-base");
    assertTrue(platform.allocatedAreas(base, clone).dataBytes() >= 8 * MIB);
    cloud.status(vm, "SHUTOFF");
    cloud.lab("POST", "/volumes/" + resized + "/resize", "{\"sizeBytes\":67108864}");
    cloud.lab("POST", "/volumes/" + anew + "/recreate", "{}");
    cloud.lab("POST", "/volumes/" + clone + "/resize", "{\"sizeBytes\":4194304}");
    cloud.lab("POST", "/volumes/" + clone + "/resize", "{\"sizeBytes\":33554432}");
    VmSnapshot next = platform.createSnapshot(vm, "holdfast-next", SnapshotType.SNAPSHOT_EXTERNAL);
    assertEquals(
        "the image was resized from 33554432 to 67108864 bytes", lost(next, resized, base));
    assertEquals("the image was made anew since", lost(next, anew, base));
    assertEquals("the image was smaller in between", lost(next, clone, base));
    assertEquals(
        67108864,
        platform
            .eligibility(vm, SnapshotType.SNAPSHOT_ADAPTIVE)
            .disks()
            .get(0)
            .disk()
            .getSizeBytes());
  }

  @Test
  void whatARollbackTookBackIsAmongTheChanges() throws Exception {
    String vm = running("{\"sizeBytes\":33554432}");
    String disk = key(vm, 0);
    cloud.writes(vm, 0, "write -P 0x41 0 8M");
    VmSnapshot older = snapshot(vm, "holdfast-older");
    cloud.writes(vm, 0, "write -P 0x42 4M 64k");
    VmSnapshot base = snapshot(vm, "holdfast-base");
    cloud.status(vm, "SHUTOFF");
    String image = "volume-" + disk;
    String snapshot = Mark.of(older.trackingMarks().get(disk)).snapshotId();
    ceph.rbd("snap", "rollback", "--no-progress", image + "@snapshot-" + snapshot);
    VmSnapshot next = platform.createSnapshot(vm, "holdfast-next", SnapshotType.SNAPSHOT_EXTERNAL);
    List<Extent> changed = changed(next, disk, base);
    assertTrue(
        changed.stream()
            .anyMatch(
                each ->
                    each.range().offset() <= 4 * MIB && each.range().end() >= 4 * MIB + (64 << 10)),
        changed.toString());
  }

  @Test
  @Tag("OPT-15")
  void lostRepliesMakeNoSecondSnapshotAndLeaveNoGuestFrozen() throws Exception {
    String vm = running("{\"sizeBytes\":16777216}");
    for (String fault :
        List.of(
            "{\"match\":\"POST .*/snapshots\",\"action\":\"drop-after\"}",
            "{\"match\":\"POST .*/action\",\"action\":\"drop-after\"}",
            "{\"match\":\"GET"
                + " .*/tasks/.*\",\"action\":\"error-code\",\"status\":429,\"times\":3}")) {
      cloud.lab("POST", "/faults", fault);
    }
    snapshot(vm, "holdfast-lost");
    cloud.lab("DELETE", "/faults", "");
    assertEquals(1, platform.trackingMarks(vm).size());
    String log = cloud.lab("GET", "/instances/" + vm, "");
    assertTrue(log.contains("\"frozen\",\"thawed by call\"]"), log);
    cloud.writes(vm, 0, "write -P 0x41 0 4k");
  }

  @Test
  @Tag("HIK-02")
  void shelvedVmsAndVmsWithoutTheAgentOrOnLocalDisksAreRefused() throws Exception {
    String vm = running("{\"sizeBytes\":16777216}");
    cloud.status(vm, "SHELVED_OFFLOADED");
    assertEquals(ErrorCode.VM_STATE_REFUSED, refusal(vm));
    String local =
        cloud.instance("{\"disks\":[{\"sizeBytes\":1048576,\"storageType\":\"local\"}]}");
    assertEquals(ErrorCode.DISK_FORMAT_UNSUPPORTED, refusal(local));
    String deaf = cloud.instance("{\"qga\":\"false\",\"disks\":[{\"sizeBytes\":1048576}]}");
    assertEquals(ErrorCode.GUEST_AGENT_MISSING, refusal(deaf));
  }

  private static ErrorCode refusal(String vm) {
    return assertThrows(
            BackupException.class, () -> platform.eligibility(vm, SnapshotType.SNAPSHOT_ADAPTIVE))
        .code();
  }

  @Test
  @Tag("HIK-04")
  void aDiskOfAVmThatWasShutDownIsOverwrittenAndTheVmStarted() throws Exception {
    String vm = running("{\"sizeBytes\":16777216}");
    String disk = key(vm, 0);
    BackupException e =
        assertThrows(BackupException.class, () -> platform.writableDisk(vm, disk, OPTIONS, 1));
    assertEquals(ErrorCode.VM_STATE_REFUSED, e.code());
    platform.shutDown(vm, 30);
    try (PlatformConnection writer = connect("admin", "")) {
      try (DiskTarget target =
          new RbdDiskTransport().openForWriting(writer.writableDisk(vm, disk, OPTIONS, 1))) {
        target.write(0, ByteBuffer.wrap(new byte[] {7, 8, 9})).get(30, TimeUnit.SECONDS);
        target.flush().get(30, TimeUnit.SECONDS);
      }
      writer.start(vm);
    }
    assertEquals("running", platform.describeVm(vm).getState());
    VmSnapshot after = snapshot(vm, "holdfast-after");
    assertEquals(8, read(platform.snapshotDisk(after, disk, OPTIONS, 1), 0, 3)[1]);
  }
}
