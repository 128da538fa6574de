package io.holdfast.agent.transfer;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.agent.testing.BackupDriver;
import io.holdfast.agent.testing.TestAgent;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a backup that is given up or fails leaves behind: nothing, or it is said. */
class BackupLeftoverTest extends BackupFixture {
  @Test
  @Tag("CAS-05")
  void aLostSnapshotEndsTheSessionAndAbandoningLeavesNothing() throws Exception {
    disk("vda", 4 * MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    driver.transferAll(request, agent.backups().beginBackup(request));
    restart();
    vm.snapshots().clear();

    BackupException lost = errorOf(() -> agent.backups().beginBackup(request));
    assertEquals(ErrorCode.SNAPSHOT_LOST, lost.code());
    assertTrue(driver.release(request, true, List.of()).getSnapshotRemoved());
    assertTrue(driver.release(request, true, List.of()).getSnapshotRemoved());
    try (Pool pool = new FolderMedium(Clock.systemUTC()).open(folder.resolve("pool"), poolId)) {
      assertEquals(List.of(), pool.sessions());
    }
  }

  @Test
  @Tag("CAS-05")
  void aPoolThatIsNotMountedWhenABackupIsGivenUpIsCleanedWhenItIsBack() throws Exception {
    disk("vda", MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    driver.transferAll(request, agent.backups().beginBackup(request));
    restart();
    Path pool = folder.resolve("pool");
    Path elsewhere = folder.resolve("not-mounted");
    agent.close();
    Files.move(pool, elsewhere);
    agent = TestAgent.withoutPool(folder, platform, transport, poolId);
    driver = new BackupDriver(agent);

    ReleaseBackupResponse answer = driver.release(request, true, List.of());
    assertTrue(answer.getSnapshotRemoved());
    assertEquals(List.of("POOL_SESSION_LEFT"), codes(answer.getNoticesList()));

    agent.close();
    Files.move(elsewhere, pool);
    restart();
    agent.pools().describePool(DescribePoolRequest.newBuilder().setPool(agent.pool()).build());
    agent.close();
    try (Pool back = new FolderMedium(Clock.systemUTC()).open(pool, poolId)) {
      assertEquals(List.of(), back.sessions());
    }
    restart();
  }

  @Test
  @Tag("CAS-05")
  void whatFailsAfterTheSnapshotRemovesItAndKeepsCodeAndParameters() {
    disk("vda", 4 * MIB, 1);
    platform.failNext(
        "allocatedAreas",
        BackupException.of(ErrorCode.PLATFORM_ERROR, "address", "cvm", "cause", "503"));

    BackupException failure =
        errorOf(
            () ->
                agent.backups().beginBackup(driver.request(vm.id(), BackupType.FULL, "").build()));

    assertEquals(ErrorCode.PLATFORM_ERROR, failure.code());
    assertEquals("503", failure.parameters().get("cause"));
    assertTrue(vm.snapshots().isEmpty());
  }

  @Test
  @Tag("CAS-24")
  void aDiskThatIsNotInTheSnapshotFailsTheVmSaysToRestartItAndLeavesNothing() {
    disk("vda", MIB, 1);
    disk("hdb", MIB, 2).missUntilRestart();

    BackupException failure =
        errorOf(
            () ->
                agent.backups().beginBackup(driver.request(vm.id(), BackupType.FULL, "").build()));

    assertEquals(ErrorCode.DISK_NOT_IN_SNAPSHOT, failure.code());
    assertEquals("hdb", failure.parameters().get("disk"));
    assertTrue(vm.snapshots().isEmpty());
  }

  @Test
  @Tag("CAS-05")
  void leftoversOfDeadSessionsAreRemovedAndThoseOfLiveOnesStay() {
    disk("vda", MIB, 1);
    BackupRequest open = driver.request(vm.id(), BackupType.FULL, "").build();
    agent.backups().beginBackup(open);
    String live = UUID.randomUUID().toString();
    vm.snapshots().add("holdfast-" + live);
    String dead = UUID.randomUUID().toString();
    vm.snapshots().add("holdfast-" + dead);
    String ofAnotherServer = "holdfast-" + UUID.randomUUID();
    vm.snapshots().add(ofAnotherServer);
    vm.snapshots().add("by-hand");

    List<Notice> removed =
        agent
            .backups()
            .removeLeftovers(
                RemoveLeftoversRequest.newBuilder()
                    .setPlatform(TestPlatform.access())
                    .addLiveSessionIds(live)
                    .addEndedSessionIds(dead)
                    .addEndedSessionIds(open.getSessionId())
                    .build())
            .getRemovedList();

    assertEquals(List.of("LEFTOVER_SNAPSHOT_REMOVED"), codes(removed));
    assertEquals(4, vm.snapshots().size());
    assertTrue(vm.snapshots().contains(ofAnotherServer), "a running backup's, for all we know");
  }

  @Test
  @Tag("CAS-05")
  void aSnapshotThatCannotBeRemovedIsSaid() {
    disk("vda", MIB, 1);
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").build();
    driver.transferAll(request, agent.backups().beginBackup(request));
    driver.seal(request);
    platform.failNext(
        "removeSnapshot",
        BackupException.of(ErrorCode.PLATFORM_TASK_FAILED, "vm", "x", "cause", "disk busy"));

    assertEquals(
        List.of("SNAPSHOT_REMOVAL_FAILED"),
        codes(driver.release(request, false, List.of()).getNoticesList()));
    assertTrue(driver.release(request, false, List.of()).getSnapshotRemoved());
  }
}
