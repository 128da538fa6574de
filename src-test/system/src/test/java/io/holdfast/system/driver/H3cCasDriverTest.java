package io.holdfast.system.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.DataPlane;
import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.Extent;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.NewVm;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotName;
import io.holdfast.platform.spi.TrackingMark;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.NbdExport;
import io.holdfast.system.bed.SimulatedCas;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the driver says and does must be what the real disks behind the simulator hold. */
@Tag("CAS-02")
class H3cCasDriverTest {
  private static final long SIZE = (32L << 20) + 512;
  private static final DataPlaneOptions NBD =
      DataPlaneOptions.newBuilder().setDataPlane(DataPlane.DATA_PLANE_NBD).build();

  @TempDir static Path folder;
  private static DriverFixture fixture;
  private static SimulatedCas cas;

  private PlatformConnection platform;

  @BeforeAll
  static void start() throws Exception {
    fixture =
        DriverFixture.start(
            folder, "127.61.7.1,127.61.7.2", "--seed", "hosts", "--page-limit", "2");
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

  private static String vm(String name, boolean running) {
    Map<String, Object> disk =
        Map.of(
            "sizeBytes",
            SIZE,
            "format",
            "qcow2",
            "pool",
            "share01",
            "chainDepth",
            2,
            "content",
            List.of(
                Map.of("offset", 0, "length", 1 << 20, "kind", "random", "seed", 1),
                Map.of("offset", 8 << 20, "length", 65536, "kind", "random", "seed", 2),
                Map.of("offset", 16 << 20, "length", 65536, "kind", "text", "seed", 3)));
    return cas.createVm(name, running, List.of(disk));
  }

  /** The disk as NBD shows it, and its SHA-256. */
  private static String read(DiskEndpoint endpoint) throws Exception {
    Path copy = Files.createTempFile(folder, "copy", ".raw");
    run("qemu-img", "convert", "-f", "raw", "-O", "raw", url(endpoint), copy.toString());
    assertEquals(SIZE, Files.size(copy));
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(copy));
    return HexFormat.of().formatHex(digest);
  }

  private static String url(DiskEndpoint endpoint) {
    String export = ((NbdExport) endpoint.object()).name();
    return "nbd://" + endpoint.host() + ":" + endpoint.port() + "/" + export;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String words = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), words);
  }

  @Test
  void snapshotsAreReadWholeAndByTheirChanges() throws Exception {
    String id = vm("driver-inc", true);
    String key = platform.describeVm(id).getDisks(0).getDiskKey();
    platform.enableTracking(id);
    assertTrue(platform.eligibility(id, SnapshotType.SNAPSHOT_ADAPTIVE).trackingEnabled());

    VmSnapshot first = platform.createSnapshot(id, "holdfast-1", SnapshotType.SNAPSHOT_ADAPTIVE);
    assertEquals(SnapshotType.SNAPSHOT_EXTERNAL, first.type());
    assertEquals(first, platform.createSnapshot(id, "holdfast-1", SnapshotType.SNAPSHOT_EXTERNAL));
    assertEquals(key, platform.describeVm(id).getDisks(0).getDiskKey());
    assertEquals(3, platform.allocatedAreas(first, key).extents().size());
    assertEquals(
        cas.digest("driver-inc", "vda", "holdfast-1"),
        read(platform.snapshotDisk(first, key, NBD, 2)));
    platform.removeSnapshot(id, "holdfast-1");
    assertTrue(platform.findSnapshot(id, "holdfast-1").isEmpty());

    for (long offset : new long[] {65536, 4 << 20, 12 << 20, 20 << 20, SIZE - 512}) {
      cas.write("driver-inc", "vda", offset, 512, offset);
    }
    VmSnapshot second = platform.createSnapshot(id, "holdfast-2", SnapshotType.SNAPSHOT_ADAPTIVE);
    assertEquals(
        List.of(
            Extent.data(65536, 65536),
            Extent.data(4 << 20, 65536),
            Extent.data(12 << 20, 65536),
            Extent.data(20 << 20, 65536),
            Extent.data(32 << 20, 512)),
        platform.changedAreas(second, key, first.trackingMarks().get(key)).extents());
    assertEquals(
        cas.digest("driver-inc", "vda", "holdfast-2"),
        read(platform.snapshotDisk(second, key, NBD, 1)));
    assertTrue(
        platform
            .trackingMarks(id)
            .contains(new TrackingMark(second.trackingMarks().get(key), "holdfast-2")));
    platform.dropTrackingMarks(id, first.trackingMarks().values());
    assertEquals(
        List.of("holdfast-2"),
        platform.trackingMarks(id).stream().map(TrackingMark::snapshot).distinct().toList());
    assertLost(second, key, first.trackingMarks().get(key));
    assertEquals(
        List.of(new SnapshotName(id, "driver-inc", "holdfast-2")),
        platform.listSnapshots("holdfast-2"));
    platform.removeSnapshot(id, "holdfast-2");
    cas.powerFail("driver-inc");
    assertFalse(platform.eligibility(id, SnapshotType.SNAPSHOT_ADAPTIVE).trackingEnabled());
    cas.deleteVm("driver-inc");
  }

  private void assertLost(VmSnapshot snapshot, String key, String mark) {
    BackupException e =
        assertThrows(BackupException.class, () -> platform.changedAreas(snapshot, key, mark));
    assertEquals(ErrorCode.TRACKING_LOST, e.code());
  }

  @Test
  @Tag("OPT-15")
  void snapshotSurvivesBusyLostRepliesAndExpiredSessions() {
    String id = vm("driver-faults", true);
    cas.fault(Map.of("match", "POST /vm/snapshot", "times", 2, "action", "task-fails"));
    cas.fault(Map.of("match", "POST /vm/snapshot", "nth", 3, "action", "drop-after"));
    cas.fault(Map.of("match", "GET /message/.*", "nth", 2, "action", "expire-session"));
    cas.fault(Map.of("match", "GET /vm/snapshot/.*", "nth", 2, "action", "corrupt-reply"));
    VmSnapshot taken = platform.createSnapshot(id, "holdfast-f", SnapshotType.SNAPSHOT_ADAPTIVE);
    assertEquals(List.of("holdfast-f"), names(id));
    cas.clearFaults();
    cas.fault(Map.of("match", "DELETE /vm/snapshot/.*", "action", "drop-after"));
    cas.fault(Map.of("match", "GET /message/.*", "action", "status", "status", 503));
    platform.removeSnapshot(id, taken.name());
    platform.removeSnapshot(id, taken.name());
    assertEquals(List.of(), names(id));
    cas.deleteVm("driver-faults");
  }

  private List<String> names(String vmId) {
    return platform.listSnapshots("").stream()
        .filter(each -> each.vmId().equals(vmId))
        .map(SnapshotName::name)
        .toList();
  }

  @Test
  @Tag("CAS-14")
  void restoreTargetIsMadeWrittenStartedAndDeleted() throws Exception {
    VmDescription like = platform.describeVm(vm("driver-like", false));
    String name = "恢复 \"1\" ../ 'x'";
    NewDisk disk =
        new NewDisk("k", "dir-1/driver-new", "share01", SIZE, "qcow2", "thin", "virtio", "vda");
    NewVm wanted = new NewVm(name, "1", like, List.of(disk), List.of(), false, "session-1");
    cas.fault(Map.of("match", "POST /vm/add", "action", "drop-after"));
    VmDescription made = platform.createVm(wanted);
    assertEquals(made, platform.createVm(wanted));
    assertEquals(SIZE, made.getDisks(0).getSizeBytes());

    byte[] content = new byte[(int) SIZE];
    new Random(5).nextBytes(content);
    Path image = folder.resolve("restore.raw");
    Files.write(image, content);
    DiskEndpoint target =
        platform.writableDisk(made.getVmId(), made.getDisks(0).getDiskKey(), NBD, 2);
    assertEquals(
        target, platform.writableDisk(made.getVmId(), made.getDisks(0).getDiskKey(), NBD, 2));
    run("qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", image.toString(), url(target));
    platform.start(made.getVmId());
    assertEquals("running", platform.describeVm(made.getVmId()).getState());
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
    assertEquals(HexFormat.of().formatHex(digest), cas.digest(made.getVmId(), "vda", ""));

    platform.shutDown(made.getVmId(), 10);
    platform.deleteVm(made.getVmId(), true);
    platform.deleteVm(made.getVmId(), true);
    assertTrue(platform.findVmByName(name).isEmpty());
    cas.deleteVm("driver-like");
  }

  @Test
  @Tag("INV-01")
  @Tag("INV-03")
  void oddNamesAreFoundInTheInventoryAndByName() {
    String odd = "奇怪 \"名字\" & 'x' ../../etc %41 ?#";
    String id = vm(odd, false);
    String longest = "n".repeat(250);
    vm(longest, false);
    List<InventoryNode> nodes = platform.inventory();
    assertTrue(nodes.stream().anyMatch(each -> each.getName().equals(odd)));
    assertTrue(nodes.stream().anyMatch(each -> each.getName().equals(longest)));
    assertEquals(id, platform.findVmByName(odd).orElseThrow().getVmId());
    cas.deleteVm(odd);
    cas.deleteVm(longest);
    assertTrue(platform.findVmByName(odd).isEmpty());
  }
}
