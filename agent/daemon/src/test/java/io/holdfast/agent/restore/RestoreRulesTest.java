package io.holdfast.agent.restore;

import static io.holdfast.agent.testing.TestAgent.errorOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.PropertyDifference;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreOutcome;
import io.holdfast.agent.protocol.RestorePlan;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.testing.TestDisk;
import io.holdfast.agent.testing.TestVm;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.toolkit.DiskDigest;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What S1 chapter 7 and table 7 (restore) rule, and the table of differences. */
class RestoreRulesTest extends RestoreFixture {

  private static List<String> rows(RestoreOutcome outcome) {
    return outcome.getTableList().stream()
        .map(row -> row.getProperty() + ":" + row.getSubject())
        .toList();
  }

  private static PropertyDifference row(RestoreOutcome outcome, String property) {
    return outcome.getTableList().stream()
        .filter(each -> each.getProperty().equals(property))
        .findFirst()
        .orElseThrow(() -> new AssertionError(property + " not in " + rows(outcome)));
  }

  @Test
  @Tag("CAS-19")
  @Tag("CAS-20")
  void theTableOfDifferencesTellsWhatDidNotComeBackAndWhy() {
    disk("vda", MIB, 1);
    disk("vdb", MIB, 2);
    RestorePointSummary point = backup();
    RestoreRequest request =
        driver.request(point, RestoreMode.NEW_VM).removeDisks(1).setCpuCores(6).build();

    RestoreOutcome outcome = driver.run(request);

    assertEquals("bios", row(outcome, "FIRMWARE").getRestored());
    assertEquals("BOOTS_OTHERWISE", row(outcome, "FIRMWARE").getReason());
    assertTrue(row(outcome, "FIRMWARE").getActionNeeded());
    assertEquals("CANNOT_BE_READ", row(outcome, "VNC_PASSWORD").getReason());
    assertEquals("CANNOT_BE_READ", row(outcome, "NVRAM").getReason());
    assertEquals("PLATFORM_ASSIGNS", row(outcome, "MAC").getReason());
    assertEquals("6", row(outcome, "CPU_CORES").getRestored());
    assertEquals("ASKED", row(outcome, "CPU_CORES").getReason());
    assertEquals("vdb", row(outcome, "DISK").getSubject());
    assertEquals("NOT_CHOSEN", row(outcome, "DISK").getReason());
    assertEquals("restored", row(outcome, "NAME").getRestored());
    assertFalse(rows(outcome).contains("MEMORY_MIB:"), "what is as it was is no row");
    List<String> told = codes(outcome.getDifferencesList());
    assertTrue(
        told.containsAll(
            List.of("RESTORE_FIRMWARE_CHANGED", "RESTORE_MAC_CHANGED", "RESTORE_SAME_ADDRESS")),
        told.toString());
  }

  @Test
  @Tag("CAS-13")
  void anOriginalVmGetsItsHardwareBack() {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    vm.hardware(8, 4096);

    RestoreOutcome outcome = driver.run(driver.request(point, RestoreMode.ORIGINAL_VM).build());

    assertEquals(List.of(), rows(outcome));
    assertEquals(2, platform.find(vm.id()).orElseThrow().cores());
  }

  @Test
  @Tag("CAS-14")
  void aDiskThatIsNotReservedAsAskedIsARow() {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    RestoreRequest.Builder request = driver.request(point, RestoreMode.NEW_VM);
    request.setDisks(0, request.getDisks(0).toBuilder().setPreallocation("eager-zeroed"));

    PropertyDifference row = row(driver.run(request.build()), "PREALLOCATION");

    assertEquals("eager-zeroed", row.getOriginal());
    assertEquals("thin", row.getRestored());
    assertTrue(row.getActionNeeded());
  }

  @Test
  @Tag("CAS-16")
  void aProtectedVmIsNotReplaced() {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    TestVm other = platform.addVm("restored");
    other.protect();
    RestoreRequest request =
        driver
            .request(point, RestoreMode.NEW_VM)
            .setOverwrite(true)
            .setOverwriteVmId(other.id())
            .build();

    assertEquals(
        ErrorCode.VM_PROTECTED, errorOf(() -> agent.restores().planRestore(request)).code());
    assertEquals(
        ErrorCode.VM_PROTECTED, errorOf(() -> agent.restores().createTarget(request)).code());
    assertTrue(other.running(), "not even shut down");
  }

  @Test
  @Tag("CAS-12")
  void setsOfBeforeAHostWasAddedAgainGoToANewPathOnly() {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    platform.hostAddedAgain("9");

    for (RestoreMode mode : List.of(RestoreMode.ORIGINAL_VM, RestoreMode.ORIGINAL_DISK)) {
      BackupException refused =
          errorOf(() -> agent.restores().planRestore(driver.request(point, mode).build()));
      assertEquals(ErrorCode.HOST_ID_CHANGED, refused.code());
      assertEquals("9", refused.parameters().get("actual"));
    }
    driver.run(driver.request(point, RestoreMode.NEW_VM).build());
  }

  @Test
  @Tag("CAS-22")
  void aNameThatIsTakenIsRefusedBeforeAnythingIsDeleted() {
    disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    TestVm other = platform.addVm("restored");
    RestoreRequest request =
        driver
            .request(point, RestoreMode.NEW_VM)
            .setOverwrite(true)
            .setOverwriteVmId(other.id())
            .build();
    platform.failNext(
        "requireCreatable",
        BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "volume", "name", "x"));

    assertEquals(
        ErrorCode.ALREADY_EXISTS, errorOf(() -> agent.restores().createTarget(request)).code());

    assertTrue(platform.find(other.id()).isPresent());
    assertTrue(other.running());
  }

  @Test
  @Tag("CAS-17")
  @Tag("CAS-24")
  void aDiskGoesBackToItsVmAlsoWhenTheVmsIdChanged() throws Exception {
    TestDisk disk = disk("vda", MIB, 1);
    RestorePointSummary point = backup();
    String before = DiskDigest.of(disk.file());
    disk.write(4096, new byte[] {9, 9, 9});
    platform.changeId(vm.id(), "88");
    RestoreRequest request = driver.request(point, RestoreMode.ORIGINAL_DISK).build();

    RestorePlan plan = agent.restores().planRestore(request);
    assertEquals("88", plan.getTargetVmId());
    assertEquals("VM_FOUND_BY_UUID", plan.getNotices(0).getCode());
    driver.run(request);
    assertEquals(before, DiskDigest.of(disk.file()));
  }
}
