package io.holdfast.agent.restore;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** New VMs whose name is taken, and replies that were lost. */
class RestoreReplacementTest extends RestoreFixture {
  @Test
  @Tag("CAS-14")
  void whatALostReplyLeftIsFoundAndUndone() throws Exception {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    RestoreRequest request = driver.request(point, RestoreMode.NEW_VM).build();
    platform.failNext(
        "createVm-lost-reply",
        BackupException.of(ErrorCode.PLATFORM_TASK_TIMEOUT, "operation", "create"));

    assertEquals(
        ErrorCode.PLATFORM_TASK_TIMEOUT,
        errorOf(() -> agent.restores().createTarget(request)).code());
    assertEquals(2, platform.vmCount());
    platform.failNext("deleteVm", BackupException.of(ErrorCode.PLATFORM_ERROR, "cause", "locked"));
    assertEquals(
        List.of("RESTORE_TARGET_KEPT"), codes(driver.release(request, true).getNoticesList()));
    assertEquals(
        List.of("RESTORE_TARGET_REMOVED"), codes(driver.release(request, true).getNoticesList()));
    assertEquals(1, platform.vmCount());
  }

  @Test
  @Tag("CAS-14")
  void aTakenNameIsRefusedUnlessItMayBeOverwritten() throws Exception {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    TestVm other = platform.addVm("restored");
    TestDisk kept = other.addDisk(folder, "vda", MIB);
    RestoreRequest.Builder request = driver.request(point, RestoreMode.NEW_VM);

    assertEquals(
        ErrorCode.VM_NAME_TAKEN,
        errorOf(() -> agent.restores().planRestore(request.build())).code());
    assertEquals(
        other.id(),
        agent.restores().planRestore(request.setOverwrite(true).build()).getTargetVmId());
    driver.run(request.setOverwriteVmId(other.id()).build());

    assertFalse(platform.find(other.id()).isPresent());
    assertTrue(Files.exists(kept.file()), "the volumes of the VM that went stay");
  }

  @Test
  @Tag("CAS-16")
  void onlyTheVmThatWasConfirmedIsReplacedNotOneThatTookItsNameSince() throws Exception {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    TestVm confirmed = platform.addVm("restored");
    RestoreRequest.Builder asked = driver.request(point, RestoreMode.NEW_VM).setOverwrite(true);
    String id = agent.restores().planRestore(asked.build()).getTargetVmId();
    assertEquals(confirmed.id(), id);
    platform.removeVm(confirmed.id());
    TestVm stranger = platform.addVm("restored");

    for (String known : List.of(id, "")) {
      RestoreRequest request = asked.setOverwriteVmId(known).build();
      BackupException refused = errorOf(() -> agent.restores().createTarget(request));
      assertEquals(ErrorCode.TARGET_VM_CHANGED, refused.code());
      assertEquals(stranger.id(), refused.parameters().get("actual"));
      assertEquals(List.of(), driver.release(request, true).getNoticesList());
      assertTrue(platform.find(stranger.id()).isPresent());
      assertTrue(stranger.running(), "not even shut down");
    }

    driver.run(asked.setOverwriteVmId(stranger.id()).build());
    assertFalse(platform.find(stranger.id()).isPresent());
  }

  @Test
  @Tag("CAS-16")
  void whoseVmWasReplacedIsToldSoAlsoWhenTheNewOneCouldNotBeMade() throws Exception {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    TestVm existing = platform.addVm("restored");
    TestDisk kept = existing.addDisk(folder, "vda", MIB);
    RestoreRequest request =
        driver
            .request(point, RestoreMode.NEW_VM)
            .setOverwrite(true)
            .setOverwriteVmId(existing.id())
            .build();
    platform.failNext("createVm", BackupException.of(ErrorCode.PLATFORM_ERROR, "cause", "full"));

    assertEquals(
        ErrorCode.PLATFORM_ERROR, errorOf(() -> agent.restores().createTarget(request)).code());

    assertEquals(
        List.of("RESTORE_VM_REPLACED"), codes(driver.release(request, true).getNoticesList()));
    assertTrue(Files.exists(kept.file()), "the volumes of the VM that went stay");
  }
}
