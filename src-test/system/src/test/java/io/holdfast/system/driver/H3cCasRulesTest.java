package io.holdfast.system.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.DataPlane;
import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PreferredNetwork;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.NewVm;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.nbd.NbdDiskTransport;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.system.bed.SimulatedCas;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver's rules against the simulator's VMs and disks. */
class H3cCasRulesTest {
  private static final int SIZE = (8 << 20) + 512;
  private static final DataPlaneOptions NBD =
      DataPlaneOptions.newBuilder().setDataPlane(DataPlane.DATA_PLANE_NBD).build();

  @TempDir static Path folder;
  private static DriverFixture fixture;
  private static SimulatedCas cas;

  private PlatformConnection platform;

  @BeforeAll
  static void start() throws Exception {
    fixture = DriverFixture.start(folder, "127.61.8.1,127.61.8.2", "--seed", "hosts");
    cas = fixture.cas();
  }

  @AfterAll
  static void stop() throws Exception {
    fixture.close();
  }

  @BeforeEach
  void connect() {
    platform = fixture.connect();
  }

  @AfterEach
  void disconnect() {
    cas.clearFaults();
    platform.close();
  }

  private static String vm(String name, boolean running, String format) {
    return cas.createVm(
        name,
        running,
        List.of(
            Map.of(
                "sizeBytes",
                SIZE,
                "format",
                format,
                "pool",
                "share01",
                "content",
                List.of(Map.of("offset", 0, "length", 2 << 20, "kind", "random", "seed", 1)))));
  }

  private static String digest(DiskSource source) throws Exception {
    ByteBuffer all = ByteBuffer.allocateDirect(SIZE);
    source.read(0, all).get(60, TimeUnit.SECONDS);
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    sha.update(all.flip());
    return HexFormat.of().formatHex(sha.digest());
  }

  @Test
  @Tag("CAS-06")
  void backup05VmThatIsOffIsReadAsItIs() throws Exception {
    String id = vm("rules-off", false, "raw");
    BackupEligibility judged = platform.eligibility(id, SnapshotType.SNAPSHOT_ADAPTIVE);
    assertFalse(judged.trackingEnabled());
    VmSnapshot none = platform.createSnapshot(id, "holdfast-none", SnapshotType.SNAPSHOT_NONE);
    String key = judged.disks().get(0).disk().getDiskKey();
    ExtentMap allocated = platform.allocatedAreas(none, key);
    assertTrue(allocated.dataBytes() >= 2 << 20 && allocated.diskSizeBytes() == SIZE);
    try (DiskSource source =
        new NbdDiskTransport().openForReading(platform.snapshotDisk(none, key, NBD, 2))) {
      assertEquals(cas.digest("rules-off", "vda", ""), digest(source));
    }
    assertEquals(List.of(), cas.snapshots("rules-off"));
    platform.removeSnapshot(id, "holdfast-none");
    cas.deleteVm("rules-off");
  }

  @Test
  @Tag("CAS-04")
  void trackingThatIsBegunAnewForgetsAllMarks() {
    String id = vm("rules-track", true, "qcow2");
    String key = platform.describeVm(id).getDisks(0).getDiskKey();
    platform.enableTracking(id);
    VmSnapshot first = platform.createSnapshot(id, "holdfast-1", SnapshotType.SNAPSHOT_ADAPTIVE);
    assertEquals(
        List.of("holdfast-1"), List.copyOf(platform.snapshotsOf(id, "holdfast-").keySet()));
    platform.removeSnapshot(id, "holdfast-1");
    platform.restartTracking(id);
    assertEquals(List.of(), platform.trackingMarks(id));
    BackupEligibility anew = platform.eligibility(id, SnapshotType.SNAPSHOT_ADAPTIVE);
    assertTrue(anew.trackingEnabled(), anew.untracked());
    VmSnapshot second = platform.createSnapshot(id, "holdfast-2", SnapshotType.SNAPSHOT_ADAPTIVE);
    assertEquals(
        ErrorCode.TRACKING_LOST,
        assertThrows(
                BackupException.class,
                () -> platform.changedAreas(second, key, first.trackingMarks().get(key)))
            .code());
    platform.removeSnapshot(id, "holdfast-2");
    cas.powerFail("rules-track");
    assertFalse(platform.eligibility(id, SnapshotType.SNAPSHOT_ADAPTIVE).trackingEnabled());
    cas.deleteVm("rules-track");
  }

  @Test
  @Tag("CAS-24")
  @Tag("CAS-08")
  @Tag("CAS-10")
  void vmIsFoundByItsUuidAndTheWayToItsDisksIsTold() {
    String id = vm("rules-way", true, "qcow2");
    VmDescription vm = platform.describeVm(id);
    assertEquals(id, platform.findVmByUuid(vm.getUuid()).orElseThrow().getVmId());
    assertTrue(platform.findVmByUuid("00000000-0000-0000-0000-000000000000").isEmpty());
    platform.requireDataPlane(vm, NBD);
    List<String> told =
        platform
            .dataPlane(
                vm, NBD.toBuilder().setPreferredNetwork(PreferredNetwork.NETWORK_BACKUP).build())
            .stream()
            .map(Notice::getCode)
            .toList();
    assertEquals("DATA_PLANE_CHOSEN", told.get(0));
    assertTrue(platform.newIdOfHost(vm.getHostId(), vm.getHostName(), "").isEmpty());
    cas.deleteVm("rules-way");
  }

  @Test
  @Tag("CAS-22")
  @Tag("CAS-19")
  void restore06And17NamesAreCheckedAndTheConfigurationComesBack() {
    VmDescription source = platform.describeVm(vm("rules-like", false, "qcow2"));
    String path = source.getDisks(0).getPath();
    String taken = path.substring(path.lastIndexOf('/') + 1);
    NewDisk collides = new NewDisk("k", taken, "share01", SIZE, "qcow2", "thin", "virtio", "vda");
    assertEquals(
        ErrorCode.ALREADY_EXISTS,
        assertThrows(
                BackupException.class, () -> platform.requireCreatable("1", "x", List.of(collides)))
            .code());
    NewDisk disk =
        new NewDisk(
            "k", "rules_dir/rules-new", "share01", SIZE, "qcow2", "eager-zeroed", "virtio", "vda");
    platform.requireCreatable("1", "x", List.of(disk));
    VmDescription like =
        source.toBuilder().setFirmware("uefi").setMemoryMib(3072).setCpuCores(2).build();
    VmDescription made =
        platform.createVm(
            new NewVm("rules-new", "1", source, List.of(disk), List.of(), false, "session-9"));
    platform.reconfigure(made.getVmId(), like);
    VmDescription now = platform.describeVm(made.getVmId());
    assertEquals(3072, now.getMemoryMib());
    assertEquals(2, now.getCpuCores());
    assertEquals("eager-zeroed", now.getDisks(0).getPreallocation());
    assertTrue(now.getDisks(0).getAllocatedBytes() >= SIZE, "really so");
    platform.deleteVm(made.getVmId(), true);
    cas.deleteVm("rules-like");
  }
}
