package io.holdfast.agent.transfer;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** VMs that are off, or shut down for their backup (S1 table 7, backup 5, 8, 10 and 22). */
class OfflineBackupTest extends BackupFixture {

  private BackupRequest.Builder full() {
    return driver.request(vm.id(), BackupType.FULL, "");
  }

  @Test
  @Tag("CAS-06")
  void vmWithoutAnyKindOfSnapshotIsReadWhileItIsOff() throws Exception {
    disk("vda", 3 * MIB, 1);
    platform.withoutSnapshots();
    assertEquals(
        ErrorCode.SNAPSHOT_UNSUPPORTED,
        errorOf(() -> agent.backups().beginBackup(full().build())).code());

    vm.shutOff();
    BackupRequest request = full().build();
    BackupBegun begun = agent.backups().beginBackup(request);
    assertEquals("", begun.getSnapshotName());
    driver.transferAll(request, begun);
    RestorePointSummary point = sealedAndReleased(request);
    assertEquals(digests(), stored(point));
    assertFalse(point.getTrackingReady());
    assertFalse(vm.running(), "it was off before");
  }

  @Test
  @Tag("CAS-06")
  void vmThatIsStartedWhileItIsReadWithoutSnapshotFailsItsBackup() {
    disk("vda", MIB, 1);
    platform.withoutSnapshots();
    vm.shutOff();
    BackupRequest request = full().build();
    driver.transferAll(request, agent.backups().beginBackup(request));
    vm.startUp();

    assertEquals(ErrorCode.VM_STARTED_DURING_BACKUP, errorOf(() -> driver.seal(request)).code());
    driver.release(request, true, List.of());
  }

  @Test
  @Tag("CAS-06")
  void backupWithoutSnapshotDoesNotOutliveTheAgentButGoesOnWithinIt() throws Exception {
    disk("vda", MIB, 1);
    platform.withoutSnapshots();
    vm.shutOff();
    BackupRequest request = full().build();
    agent.backups().beginBackup(request);
    assertTrue(agent.backups().beginBackup(request).getResumed());

    restart();
    assertEquals(
        ErrorCode.SNAPSHOT_LOST, errorOf(() -> agent.backups().beginBackup(request)).code());
    driver.release(request, true, List.of());
  }

  @Test
  @Tag("OPT-18")
  void runningVmIsShutDownAndStartedAgainAsSoonAsItsSnapshotIsThere() throws Exception {
    disk("vda", MIB, 1);
    BackupRequest request = full().setShutDownVm(true).build();
    BackupPlan plan = agent.backups().planBackup(request);
    assertTrue(plan.getShutsDown());
    assertTrue(vm.running(), "a plan changes nothing");

    BackupBegun begun = agent.backups().beginBackup(request);
    assertTrue(codes(begun.getNoticesList()).contains("VM_SHUT_DOWN_FOR_BACKUP"));
    assertTrue(codes(begun.getNoticesList()).contains("BACKUP_VM_STARTED_AGAIN"));
    assertTrue(vm.running());
    driver.transferAll(request, begun);
    assertEquals(digests(), stored(sealedAndReleased(request)));
  }

  @Test
  @Tag("OPT-18")
  void withoutSnapshotItStaysOffUntilTheRelease() throws Exception {
    disk("vda", MIB, 1);
    platform.withoutSnapshots();
    BackupRequest request = full().setShutDownVm(true).build();
    assertEquals(SnapshotType.SNAPSHOT_NONE, agent.backups().planBackup(request).getSnapshotType());
    driver.transferAll(request, agent.backups().beginBackup(request));
    assertFalse(vm.running());
    RestorePointSummary point = driver.seal(request);
    assertEquals(
        List.of("BACKUP_VM_STARTED_AGAIN"),
        codes(driver.release(request, false, List.of()).getNoticesList()));
    assertTrue(vm.running());
    assertEquals(digests(), stored(point));
  }

  @Test
  @Tag("OPT-18")
  void guestThatDoesNotShutDownFailsTheVmIsLeftRunningAndWatched() {
    disk("vda", MIB, 1);
    vm.refuseShutdown();
    BackupRequest request = full().setShutDownVm(true).build();
    assertEquals(
        ErrorCode.SHUTDOWN_REFUSED, errorOf(() -> agent.backups().beginBackup(request)).code());
    assertTrue(vm.running());
    assertTrue(vm.snapshots().isEmpty());

    ReleaseBackupResponse watching = driver.release(request, true, List.of());
    assertTrue(watching.getPending());
    assertEquals(List.of("BACKUP_SHUTDOWN_WATCHED"), codes(watching.getNoticesList()));
    vm.shutOff();
    ReleaseBackupResponse late = driver.release(request, true, List.of());
    assertFalse(late.getPending());
    assertTrue(vm.running(), "it went off after all, and runs again");
    assertEquals(List.of(), driver.release(request, true, List.of()).getNoticesList());
  }

  @Test
  @Tag("OPT-18")
  void agentThatDiesAfterTheShutdownStartsTheVmAtTheRelease() {
    disk("vda", MIB, 1);
    platform.withoutSnapshots();
    BackupRequest request = full().setShutDownVm(true).build();
    agent.backups().beginBackup(request);
    assertFalse(vm.running());
    restart();
    driver.release(request, true, List.of());
    assertTrue(vm.running());
  }
}
