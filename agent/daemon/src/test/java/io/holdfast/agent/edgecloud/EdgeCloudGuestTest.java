package io.holdfast.agent.edgecloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.GuestFreeze;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.RestoreDriver;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.hikcloud.HikCloudDriver;
import io.holdfast.source.rbd.RbdDiskTransport;
import io.holdfast.source.rbd.RbdStorage;
import io.holdfast.toolkit.CephBed;
import io.holdfast.toolkit.CloudGuest;
import io.holdfast.toolkit.SimulatedCloud;
import io.holdfast.toolkit.guest.GuestImage;
import io.holdfast.toolkit.guest.GuestReport;
import io.holdfast.toolkit.guest.GuestReport.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Linux guest on an RBD disk, backed up through an agent while it writes: frozen by QEMU's
 * guest agent, by the guest's own record.
 */
@Tag("HIK-02")
@Tag("SIM-04")
class EdgeCloudGuestTest {
  private static final int FREEZE_SECONDS = 4;
  private static final String SNAPSHOTS = "POST .*/snapshots";

  @TempDir private static Path folder;

  private static SimulatedCloud cloud;
  private static TestAgent agent;
  private static CloudGuest guest;

  @BeforeAll
  static void start() throws IOException {
    CephBed ceph = CephBed.shared();
    cloud = new SimulatedCloud(folder.resolve("cloud"), ceph);
    agent = TestAgent.of(site(folder.resolve("agent")), UUID.randomUUID());
    guest = CloudGuest.create(cloud, GuestImage.shared());
    guest.start();
    guest.checked();
  }

  static TestAgent.Site site(Path folder) {
    HikCloudDriver driver = new HikCloudDriver(Clock.systemUTC(), new RbdStorage());
    return new TestAgent.Site(folder, driver, new RbdDiskTransport(), Clock.systemUTC());
  }

  @AfterAll
  static void end() {
    if (agent != null) {
      agent.close();
    }
    if (cloud != null) {
      cloud.close();
    }
  }

  @AfterEach
  void withoutFaults() {
    cloud.lab("DELETE", "/faults", "");
  }

  private static BackupRequest request(GuestFreeze freeze, int seconds) {
    return new BackupDriver(agent)
        .request(guest.id(), BackupType.FULL, "")
        .setPlatform(cloud.access("admin", ""))
        .setGuestFreeze(freeze)
        .setFreezeSeconds(seconds)
        .build();
  }

  private static List<String> notices(BackupBegun begun) {
    return begun.getNoticesList().stream().map(Notice::getCode).toList();
  }

  private static void snapshotsTake(int millis) {
    cloud.fault(SNAPSHOTS, "task-slow", millis);
  }

  private static void abandon(BackupRequest request) {
    new BackupDriver(agent).release(request, true, List.of());
  }

  @Test
  @Tag("HIK-01")
  @Tag("RST-06")
  void aFrozenGuestsDiskIsAtRestAndBootsWhenItIsRestored() {
    guest.written(10);
    int before = guest.report().freezes().size();
    int synced = guest.report().durable();
    BackupRequest request = request(GuestFreeze.FREEZE_REQUIRED, 60);
    snapshotsTake(3000);
    BackupBegun begun = agent.backups().beginBackup(request);
    assertTrue(notices(begun).contains("GUEST_FROZEN"), notices(begun).toString());
    Span freeze = guest.thawed(before);
    guest.assertHeld(freeze, 2000);
    int later = guest.written(3).durable();
    BackupDriver backups = new BackupDriver(agent);
    backups.transferAll(request, begun);
    RestorePointSummary sealed = backups.seal(request);
    backups.release(request, false, List.of(sealed.getRestorePointId()));
    assertTrue(guest.written(1).durable() > later, "it wrote meanwhile");

    guest.stop();
    RestoreDriver restores = new RestoreDriver(agent);
    restores.run(
        restores
            .request(sealed, RestoreMode.ORIGINAL_DISK)
            .setPlatform(cloud.access("admin", ""))
            .setStartAfter(true)
            .build());
    GuestReport restored = guest.checked();
    assertFalse(restored.journalReplayed(), restored.text());
    assertEquals(0, restored.journalPlayback().getAsInt(), restored.text());
    assertEquals(0, restored.fileSystemCheck().getAsInt(), restored.text());
    assertEquals(0, restored.differing().getAsInt(), restored.text());
    assertEquals(0, restored.tornLines().getAsInt(), restored.text());
    int files = restored.files().getAsInt();
    assertTrue(synced <= files && files <= later, files + " files, " + synced + " to " + later);
    guest.written(1);
  }

  @Test
  void theWatchdogThawsAGuestWhoseSnapshotDoesNotEnd() {
    int before = guest.report().freezes().size();
    snapshotsTake((FREEZE_SECONDS + 4) * 1000);
    BackupRequest request = request(GuestFreeze.FREEZE_ADAPTIVE, FREEZE_SECONDS);
    BackupBegun begun = agent.backups().beginBackup(request);
    Span freeze = guest.thawed(before);
    assertTrue(
        freeze.millis() >= FREEZE_SECONDS * 900 && freeze.millis() < (FREEZE_SECONDS + 3) * 1000,
        "thawed in its time: " + freeze);
    guest.assertHeld(freeze, FREEZE_SECONDS * 900 - 1000);
    List<String> notices = notices(begun);
    assertTrue(notices.contains("GUEST_THAWED"), notices.toString());
    assertTrue(notices.contains("GUEST_NOT_FROZEN"), notices.toString());
    assertFalse(notices.contains("GUEST_FROZEN"), notices.toString());
    abandon(request);
    guest.written(1);
  }

  @Test
  void aGuestThatAKilledAgentLeftFrozenIsThawedByTheNextCall() throws Exception {
    int before = guest.report().freezes().size();
    snapshotsTake(3_600_000);
    Path other = folder.resolve("killed");
    UUID itsPool = UUID.randomUUID();
    BackupRequest request =
        request(GuestFreeze.FREEZE_REQUIRED, 300).toBuilder()
            .setPool(
                PoolAccess.newBuilder()
                    .setPoolId(itsPool.toString())
                    .setFolder(other.resolve("pool").toString()))
            .build();
    Process killed = KilledAgent.start(other, itsPool, request);
    guest.awaitFrozen(true);
    killed.destroyForcibly().waitFor();
    assertTrue(guest.isFrozen(), "nobody thaws it");
    withoutFaults();
    try (TestAgent again = TestAgent.of(site(other), itsPool)) {
      new BackupDriver(again).release(request, true, List.of());
    }
    assertFalse(guest.isFrozen());
    assertTrue(guest.thawed(before).millis() < 50_000, "by the agent, not by the platform's limit");
    guest.written(1);
  }

  @Test
  void aGuestWhoseAgentIsSilentIsRefused() {
    guest.deafen(20);
    BackupRequest required = request(GuestFreeze.FREEZE_REQUIRED, 60);
    BackupException refused = TestAgent.errorOf(() -> agent.backups().beginBackup(required));
    assertEquals(ErrorCode.GUEST_NOT_FREEZABLE, refused.code());
    assertEquals("FREEZE_UNANSWERED", refused.parameters().get("type"));
    abandon(required);
    guest.awaitFrozen(false);
    guest.written(1);
  }
}
