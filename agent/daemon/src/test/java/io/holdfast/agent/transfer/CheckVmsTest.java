package io.holdfast.agent.transfer;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.CheckVmsRequest;
import io.holdfast.agent.protocol.CheckVmsResponse;
import io.holdfast.agent.protocol.FreeSpaceRule;
import io.holdfast.agent.protocol.HostOfLastBackup;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SessionsOfVm;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmToCheck;
import io.holdfast.agent.testing.TestPlatform;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Eligibility explained before a run, by the rules that hold at the run. */
class CheckVmsTest extends BackupFixture {
  private static final long GIB = 1L << 30;

  private CheckVmsResponse check(BackupRequest.Builder common, VmToCheck... vms) {
    return agent
        .backups()
        .checkVms(
            CheckVmsRequest.newBuilder()
                .setCommon(common.clearSessionId())
                .addAllVms(List.of(vms))
                .build());
  }

  private static VmToCheck asked(TestVm vm) {
    return VmToCheck.newBuilder().setVmId(vm.id()).build();
  }

  private BackupRequest.Builder incremental(String base) {
    return driver.request(vm.id(), BackupType.INCREMENTAL, base);
  }

  @Test
  @Tag("CAS-06")
  void eachVmIsToldWhatItWouldGetAndARefusedOneWhy() {
    disk("vda", MIB, 1);
    TestVm gone = platform.addVm("gone");
    platform.removeVm(gone.id());
    TestVm bare = platform.addVm("bare");

    CheckVmsResponse answer =
        check(driver.request("", BackupType.FULL, ""), asked(vm), asked(gone), asked(bare));

    assertEquals(3, answer.getVmsCount());
    assertTrue(answer.getVms(0).getEligible());
    BackupPlan plan = answer.getVms(0).getPlan();
    assertEquals(SnapshotType.SNAPSHOT_EXTERNAL, plan.getSnapshotType());
    assertEquals(BackupType.FULL, plan.getEffectiveType());
    assertTrue(plan.getTrackable());
    assertTrue(plan.getDisks(0).getIncluded());
    assertFalse(answer.getVms(1).getEligible());
    assertEquals(ErrorCode.VM_NOT_FOUND.number(), answer.getVms(1).getRefusal().getCode());
    assertEquals(ErrorCode.VM_HAS_NO_DISK.number(), answer.getVms(2).getRefusal().getCode());
    assertEquals("bare", answer.getVms(2).getPlan().getVm().getName());
    assertTrue(vm.snapshots().isEmpty(), "a check changes nothing");
  }

  @Test
  @Tag("CAS-04")
  void theTypeIsToldWithItsReasonWithAndWithoutThePool() {
    disk("vda", MIB, 1);
    RestorePointSummary full = driver.run(driver.request(vm.id(), BackupType.FULL, "").build());
    String base = full.getRestorePointId();
    VmToCheck withBase = asked(vm).toBuilder().setBaseRestorePointId(base).build();
    assertEquals(
        BackupType.INCREMENTAL,
        check(incremental(""), withBase).getVms(0).getPlan().getEffectiveType());
    assertEquals(
        "FULL_NO_BASE",
        check(incremental(""), asked(vm)).getVms(0).getPlan().getNotices(0).getCode());

    vm.powerCycle();
    for (BackupRequest.Builder common : List.of(incremental(""), incremental("").clearPool())) {
      BackupPlan plan = check(common, withBase).getVms(0).getPlan();
      assertEquals(BackupType.FULL, plan.getEffectiveType());
      assertEquals("FULL_TRACKING_LOST", plan.getNotices(0).getCode());
    }
  }

  @Test
  @Tag("OPT-07")
  void tooLittleFreeSpaceFailsTheVmBeforeItsSnapshotAndEitherConditionDoes() {
    disk("vda", MIB, 1);
    platform.freeBytes(100 * GIB);
    BackupRequest.Builder common = driver.request("", BackupType.FULL, "");
    common.setFreeSpace(FreeSpaceRule.newBuilder().setPercent(5).setBytes(50 * GIB));
    BackupPlan fits = check(common, asked(vm)).getVms(0).getPlan();
    assertEquals(100 * GIB, fits.getStorage(0).getFreeBytes());
    assertFalse(fits.getStorage(0).getTooFull());

    for (FreeSpaceRule rule :
        List.of(
            FreeSpaceRule.newBuilder().setPercent(10).setBytes(50 * GIB).build(),
            FreeSpaceRule.newBuilder().setPercent(5).setBytes(100 * GIB).build(),
            FreeSpaceRule.newBuilder().setBytes(500 * GIB).build())) {
      assertEquals(
          ErrorCode.STORAGE_RESERVE_REACHED.number(),
          check(common.setFreeSpace(rule), asked(vm)).getVms(0).getRefusal().getCode());
      BackupRequest run = driver.request(vm.id(), BackupType.FULL, "").setFreeSpace(rule).build();
      assertEquals(
          ErrorCode.STORAGE_RESERVE_REACHED,
          errorOf(() -> agent.backups().beginBackup(run)).code());
    }
    assertTrue(vm.snapshots().isEmpty());
  }

  @Test
  @Tag("CAS-06")
  void aVmInAnotherBackupIsRefusedAndALeftoverOfAnEndedOneIsRemovedBeforeTheRun() {
    disk("vda", MIB, 1);
    String session = UUID.randomUUID().toString();
    vm.snapshots().add("holdfast-" + session);
    vm.snapshots().add("by-hand");
    BackupRequest.Builder request = driver.request(vm.id(), BackupType.FULL, "");

    assertEquals(
        List.of("FOREIGN_BACKUP_SNAPSHOT"),
        codes(agent.backups().planBackup(request.build()).getNoticesList()).subList(0, 1));
    for (SessionsOfVm known :
        List.of(
            SessionsOfVm.newBuilder().addLive(session).build(),
            SessionsOfVm.getDefaultInstance())) {
      assertEquals(
          ErrorCode.VM_IN_BACKUP,
          errorOf(() -> agent.backups().beginBackup(request.clone().setSessions(known).build()))
              .code());
    }
    assertEquals(2, vm.snapshots().size());

    BackupRequest after = request.setSessions(SessionsOfVm.newBuilder().addEnded(session)).build();
    BackupBegun begun = agent.backups().beginBackup(after);
    assertTrue(codes(begun.getNoticesList()).contains("LEFTOVER_SNAPSHOT_REMOVED"));
    assertFalse(vm.snapshots().contains("holdfast-" + session));
    assertTrue(vm.snapshots().contains("by-hand"), "never somebody else's");
    driver.release(after, true, List.of());
  }

  @Test
  @Tag("CAS-06")
  void twoBackupsOfOneVmByOneAgentAreRefusedToo() {
    disk("vda", MIB, 1);
    BackupRequest first = driver.request(vm.id(), BackupType.FULL, "").build();
    agent.backups().beginBackup(first);
    assertEquals(
        ErrorCode.VM_IN_BACKUP,
        errorOf(
                () ->
                    agent
                        .backups()
                        .beginBackup(driver.request(vm.id(), BackupType.FULL, "").build()))
            .code());
    BackupRequest givenUp =
        driver
            .request(vm.id(), BackupType.FULL, "")
            .setSessions(SessionsOfVm.newBuilder().addEnded(first.getSessionId()))
            .build();
    agent.backups().beginBackup(givenUp);
    assertEquals(1, vm.snapshots().size(), "the first was given up by the server");
    driver.release(givenUp, true, List.of());
    driver.release(first, true, List.of());
  }

  @Test
  @Tag("CAS-12")
  @Tag("CAS-24")
  void aVmWhoseIdChangedIsFoundByItsUuidAndReleasedUnderItsNewId() throws Exception {
    disk("vda", MIB, 1);
    String old = vm.id();
    RestorePointSummary full = driver.run(driver.request(old, BackupType.FULL, "").build());
    platform.changeId(old, "77");
    BackupRequest request =
        driver
            .request(old, BackupType.INCREMENTAL, full.getRestorePointId())
            .setExpectedVmUuid(vm.uuid())
            .build();

    BackupPlan plan = agent.backups().planBackup(request);
    assertEquals("77", plan.getVm().getVmId());
    assertEquals("VM_FOUND_BY_UUID", plan.getNotices(0).getCode());
    BackupBegun begun = agent.backups().beginBackup(request);
    assertEquals(BackupType.INCREMENTAL, begun.getEffectiveType());
    driver.transferAll(request, begun);
    RestorePointSummary point = driver.seal(request);
    assertEquals(1, vm.snapshots().size());
    agent
        .backups()
        .releaseBackup(
            ReleaseBackupRequest.newBuilder()
                .setSessionId(request.getSessionId())
                .setPlatform(TestPlatform.access())
                .setPool(agent.pool())
                .setVmId(old)
                .setVmUuid(vm.uuid())
                .build());
    assertTrue(vm.snapshots().isEmpty(), "the snapshot is on the VM under its new id");
    assertEquals(digests(), stored(point));
  }

  @Test
  @Tag("CAS-12")
  void aVmWhoseHostWasAddedAgainAsksForANewJobAndOneThatMovedDoesNot() {
    disk("vda", MIB, 1);
    vm.host("71", "10.0.0.1");
    HostOfLastBackup then =
        HostOfLastBackup.newBuilder()
            .setHostId("1")
            .setHostName("host-1")
            .setHostAddress("10.0.0.1")
            .build();
    BackupRequest request = driver.request(vm.id(), BackupType.FULL, "").setLastHost(then).build();
    platform.hostAddedAgain("71");
    BackupException refused = errorOf(() -> agent.backups().beginBackup(request));
    assertEquals(ErrorCode.HOST_REGISTERED_ANEW, refused.code());
    assertEquals(vm.name(), refused.parameters().get("vm"));
    assertEquals("host-71", refused.parameters().get("host"));
    assertEquals("1", refused.parameters().get("from"));
    assertTrue(vm.snapshots().isEmpty());

    platform.hostAddedAgain("72");
    assertTrue(agent.backups().planBackup(request).hasVm(), "on a third host: it moved");
    platform.hostAddedAgain("");
    assertTrue(agent.backups().planBackup(request).hasVm(), "the host of then is still there");
  }
}
