package io.holdfast.agent.edgecloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.GuestFreeze;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.platform.hikcloud.HikCloudDriver;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.source.rbd.RbdDiskTransport;
import io.holdfast.source.rbd.RbdStorage;
import io.holdfast.toolkit.CephBed;
import io.holdfast.toolkit.DiskDigest;
import io.holdfast.toolkit.SimulatedCloud;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups and restores of Edge Cloud through an agent: simulated platform, real cluster. */
@Tag("HIK-01")
class EdgeCloudAgentTest {
  @TempDir private static Path folder;

  private static CephBed ceph;
  private static SimulatedCloud cloud;
  private static TestAgent agent;
  private static BackupDriver backups;
  private static PlatformConnection platform;

  @BeforeAll
  static void start() throws IOException {
    ceph = CephBed.shared();
    cloud = new SimulatedCloud(folder.resolve("cloud"), ceph);
    HikCloudDriver driver = new HikCloudDriver(Clock.systemUTC(), new RbdStorage());
    TestAgent.Site site =
        new TestAgent.Site(folder, driver, new RbdDiskTransport(), Clock.systemUTC());
    agent = TestAgent.of(site, UUID.randomUUID());
    backups = new BackupDriver(agent);
    platform = driver.connect(access());
  }

  @AfterAll
  static void end() {
    if (agent != null) {
      platform.close();
      agent.close();
    }
    if (cloud != null) {
      cloud.close();
    }
  }

  private static PlatformAccess access() {
    return cloud.access("admin", "");
  }

  private static String running(String disks) {
    String vm = cloud.instance("{\"disks\":[" + disks + "]}");
    platform.start(vm);
    return vm;
  }

  private static BackupRequest request(String vm, BackupType type, String base) {
    return backups
        .request(vm, type, base)
        .setPlatform(access())
        .setGuestFreeze(GuestFreeze.FREEZE_REQUIRED)
        .build();
  }

  /** From begin to release; only {@code bases} are counted from later. */
  private static RestorePointSummary run(BackupRequest request, List<String> bases) {
    BackupBegun begun = agent.backups().beginBackup(request);
    assertTrue(
        begun.getNoticesList().stream().anyMatch(each -> each.getCode().equals("GUEST_FROZEN")),
        begun.getNoticesList().toString());
    backups.transferAll(request, begun);
    RestorePointSummary sealed = backups.seal(request);
    List<String> all = new ArrayList<>(bases);
    all.add(sealed.getRestorePointId());
    assertEquals(
        List.of(),
        backups.release(request, false, all).getNoticesList().stream()
            .map(Notice::getCode)
            .toList());
    return sealed;
  }

  private static long readBytes(RestorePointSummary point) {
    return point.getDisksList().stream().mapToLong(RestorePointDisk::getReadBytes).sum();
  }

  private static long marks(String vm, RestorePointSummary of) {
    return platform.trackingMarks(vm).stream()
        .filter(each -> each.snapshot().equals("holdfast-" + of.getRestorePointId()))
        .count();
  }

  /** SHA-256 of the VM's images, as the cluster's own command reads them. */
  private static Map<String, String> digests(String vm) throws IOException {
    Map<String, String> result = new TreeMap<>();
    for (String image : ceph.rbd("ls").lines().toList()) {
      boolean its =
          image.equals(vm + "_disk")
              || platform.describeVm(vm).getDisksList().stream()
                  .anyMatch(disk -> image.equals("volume-" + disk.getDiskKey()));
      if (its) {
        Path file = Files.createTempDirectory(folder, "export").resolve("image");
        ceph.rbd("export", "--no-progress", image, file.toString());
        result.put(image, DiskDigest.of(file));
        Files.delete(file);
      }
    }
    assertEquals(2, result.size());
    return result;
  }

  @Test
  @Tag("HIK-03")
  @Tag("HIK-04")
  @Tag("OPT-16")
  void everyTypeOfBackupIsRestoredToTheDisksItCameFrom() throws Exception {
    String vm = running("{\"sizeBytes\":67108864,\"ephemeral\":true},{\"sizeBytes\":33554944}");
    cloud.writes(vm, 0, "write -P 0x41 0 20M");
    cloud.writes(vm, 1, "write -P 0x42 32M 512");
    RestorePointSummary full = run(request(vm, BackupType.FULL, ""), List.of());
    Map<String, String> ofFull = digests(vm);
    assertEquals(BackupType.FULL, full.getType());
    assertTrue(readBytes(full) < 26 << 20, "read " + readBytes(full));

    cloud.writes(vm, 0, "write -P 0x43 1M 64k");
    cloud.writes(vm, 0, "discard 8M 4M");
    RestorePointSummary next =
        run(
            request(vm, BackupType.INCREMENTAL, full.getRestorePointId()),
            List.of(full.getRestorePointId()));
    Map<String, String> ofNext = digests(vm);
    assertEquals(BackupType.INCREMENTAL, next.getType());
    assertTrue(readBytes(next) <= 2 << 20, "read " + readBytes(next));

    cloud.writes(vm, 1, "write -P 0x44 0 128k");
    RestorePointSummary cumulative =
        run(
            request(vm, BackupType.DIFFERENTIAL, full.getRestorePointId()),
            List.of(full.getRestorePointId()));
    Map<String, String> ofCumulative = digests(vm);
    assertEquals(BackupType.DIFFERENTIAL, cumulative.getType());
    assertEquals(2, marks(vm, full));
    assertEquals(0, marks(vm, next));
    assertEquals(2, marks(vm, cumulative));

    RestoreDriver restores = new RestoreDriver(agent);
    for (Map.Entry<RestorePointSummary, Map<String, String>> each :
        Map.of(full, ofFull, next, ofNext, cumulative, ofCumulative).entrySet()) {
      cloud.writes(vm, 0, "write -P 0x7f 0 24M");
      assertNotEquals(each.getValue(), digests(vm));
      restores.run(
          restores
              .request(each.getKey(), RestoreMode.ORIGINAL_DISK)
              .setPlatform(access())
              .setStartAfter(true)
              .build());
      assertEquals(each.getValue(), digests(vm));
      assertEquals("running", platform.describeVm(vm).getState());
    }
  }

  @Test
  void aBaseThatIsGoneMakesAFullAndNothingIsLeftOfABackupThatCameToNothing() {
    String vm = running("{\"sizeBytes\":16777216}");
    cloud.writes(vm, 0, "write -P 0x41 0 64k");
    RestorePointSummary full = run(request(vm, BackupType.FULL, ""), List.of());
    platform.dropTrackingMarks(
        vm, platform.trackingMarks(vm).stream().map(each -> each.mark()).toList());
    RestorePointSummary next =
        run(request(vm, BackupType.INCREMENTAL, full.getRestorePointId()), List.of());
    assertEquals(BackupType.FULL, next.getType());
    assertEquals(1, marks(vm, next));

    BackupRequest given = request(vm, BackupType.INCREMENTAL, next.getRestorePointId());
    agent.backups().beginBackup(given);
    assertEquals(2, platform.trackingMarks(vm).size());
    backups.release(given, true, List.of(next.getRestorePointId()));
    assertEquals(1, platform.trackingMarks(vm).size());
    assertEquals(List.of(), platform.listSnapshots("holdfast-"));
  }
}
