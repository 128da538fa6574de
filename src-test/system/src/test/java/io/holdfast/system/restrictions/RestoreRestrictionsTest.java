package io.holdfast.system.restrictions;

import static io.holdfast.system.restrictions.Trial.disk;
import static io.holdfast.system.restrictions.Trial.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S1 table 7, "restore", and the lines of "environment" that speak of restores. */
class RestoreRestrictionsTest extends GuideRows {
  private void assertEqualDisk(String vm, String device, String copy, String ofCopy) {
    assertEquals(
        bed.cas().digest(vm, device, ""), bed.cas().digest(copy, ofCopy, ""), vm + " " + device);
  }

  @Test
  @Tag("CAS-13")
  void row02_withoutANetworkPolicyTemplateTheOriginalPathIsRefused() {
    String vm =
        trial.vm(
            "r02",
            Map.of(
                "state",
                "shutOff",
                "networks",
                List.of(Map.of("vsName", "vswitch0", "profileId", 0))),
            disk("qcow2", "share01"));
    JsonNode point = pointOf(vm, Map.of());
    String before = bed.cas().digest(vm, "vda", "");
    ApiProblem refused = refusedOrFailed(trial.toOriginal(point));
    assertEquals("NETWORK_PROFILE_MISSING", refused.error(), refused.getMessage());
    assertEquals(before, bed.cas().digest(vm, "vda", ""), "nothing was touched");
    String copy = Bed.name("r02-copy");
    trial.restored(trial.toNewVm(point, copy));
    assertEqualDisk(vm, "vda", copy, "vda");
  }

  /** A refusal at once, or a failed run as if it were one. */
  private ApiProblem refusedOrFailed(Map<String, Object> definition) {
    return Trial.refusal(
        () -> {
          JsonNode task = trial.notRestored(definition);
          throw new AssertionError("accepted first, then failed: " + task);
        });
  }

  @Test
  @Tag("CAS-07")
  void row04_independentDisksBecomeDependentAndItIsSaid() {
    String vm =
        trial.vm(
            "r04", "running", with(disk("qcow2", "share01"), "diskMode", "independent-persistent"));
    JsonNode point = pointOf(vm, Map.of("snapshotType", "INTERNAL"));
    String copy = Bed.name("r04-copy");
    JsonNode run = trial.restored(trial.toNewVm(point, copy));
    assertEqualDisk(vm, "vda", copy, "vda");
    assertSaid(run, "RESTORE_DISK_MODE_CHANGED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"firmware", "vnc", "boot"})
  @Tag("CAS-19")
  void row06to08_firmwareVncPasswordAndBootOrderAreBroughtBackOrSaid(String what) {
    Map<String, Object> more =
        switch (what) {
          case "firmware" -> Map.of("state", "running", "bios", "UEFI");
          case "vnc" -> Map.of("state", "running", "vncPassword", "Vnc-2468");
          default -> Map.of("state", "running", "bootOrder", List.of("vdb", "vda"));
        };
    String vm = trial.vm("r06", more, disk("qcow2", "share01"), disk("qcow2", "share01"));
    JsonNode point = pointOf(vm, Map.of());
    String copy = Bed.name("r06-copy");
    JsonNode run = trial.restored(trial.toNewVm(point, copy));
    assertEqualDisk(vm, "vda", copy, "vda");
    assertEqualDisk(vm, "vdb", copy, "vdb");
    String differences = run.path("vms").path(0).path("differences").toString();
    if (what.equals("boot")) {
      assertFalse(differences.contains("BOOT_ORDER"), "brought back: " + differences);
    } else {
      assertSaid(run, "RESTORE_DIFFERENCE");
      String property = what.equals("firmware") ? "NVRAM" : "VNC_PASSWORD";
      assertTrue(differences.contains(property), differences);
    }
  }

  private void assertSaid(JsonNode run, String code) {
    String log = bed.api().get("/runs/" + run.path("id").asText() + "/log").toString();
    assertTrue(log.contains(code), code + " in " + log);
  }

  @Test
  @Tag("CAS-20")
  @Tag("CAS-13")
  void row12and13_aSubsetToTheOriginalPathDeletesTheOthersOnlyWhenAskedTo() {
    String vm = trial.vm("r13", "shutOff", disk("qcow2", "share01"), disk("qcow2", "share01"));
    JsonNode point = pointOf(vm, Map.of());
    String kept = bed.cas().digest(vm, "vda", "");
    bed.cas().write(vm, "vda", 0, 65536, 5);
    bed.cas().write(vm, "vdb", 0, 65536, 6);
    String other = bed.cas().digest(vm, "vdb", "");
    Map<String, Object> definition = trial.toOriginal(point);
    definition.put(
        "disks", List.of(Map.of("diskKey", point.path("disks").get(0).path("diskKey").asText())));
    trial.restored(definition);
    assertEquals(kept, bed.cas().digest(vm, "vda", ""));
    assertEquals(other, bed.cas().digest(vm, "vdb", ""), "not chosen: not touched");
    definition.put("name", Bed.name("restore"));
    definition.put("deleteOtherDisks", true);
    trial.restored(definition);
    assertEquals(kept, bed.cas().digest(vm, "vda", ""));
    Trial.refusal(() -> bed.cas().digest(vm, "vdb", ""));
  }

  @ParameterizedTest
  @CsvSource({"raw, no volume", "qcow2, raw volumes only"})
  @Tag("CAS-15")
  void row14_ablockPoolTakesExistingVolumesOnlyAndNoQcow2(String format, String cause) {
    String vm = trial.vm("r14", "shutOff", disk(format, "share01"));
    JsonNode point = pointOf(vm, Map.of());
    Map<String, Object> definition = trial.toNewVm(point, Bed.name("r14-copy"));
    Map<String, Object> disk = new HashMap<>();
    disk.put("diskKey", point.path("disks").get(0).path("diskKey").asText());
    disk.put("storagePool", "lun01");
    if (format.equals("qcow2")) {
      disk.put("volumeName", "lun01-volume");
      disk.put("format", format);
    }
    definition.put("disks", List.of(disk));
    ApiProblem refused = Trial.refusal(() -> bed.operator().restore(definition));
    assertEquals("DISK_FORMAT_UNSUPPORTED", refused.error(), refused.getMessage());
    assertTrue(refused.getMessage().contains(cause), refused.getMessage());
  }

  @Test
  @Tag("CAS-17")
  @Tag("OPT-18")
  void row18_aSlowShutdownFailsTheBackupAndLeavesTheVmRunning() {
    String vm =
        trial.vm("r18", Map.of("state", "running", "shutdown", "never"), disk("raw", "lun01"));
    JsonNode task =
        trial.backUp(vm, "FULL", Map.of("shutDown", true, "shutdownSeconds", 10, "retryTimes", 0));
    trial.assertRefused(task, "SHUTDOWN_REFUSED");
    assertEquals("running", trial.power(vm));
  }

  @Test
  @Tag("OPT-18")
  @DisplayName("S1 table 2, shut the VM down for the backup; table 7, restore 18")
  void row18_aShutdownInTimeIsBackedUpOfflineAndStartedAgain() {
    String vm =
        trial.vm("r18b", Map.of("state", "running", "shutdown", "500"), disk("raw", "lun01"));
    String before = bed.cas().digest(vm, "vda", "");
    trial.assertSealed(trial.backUp(vm, "FULL", Map.of("shutDown", true, "retryTimes", 0)), "FULL");
    assertEquals("running", trial.power(vm));
    assertEquals(before, bed.cas().digest(vm, "vda", ""));
  }

  @Test
  @Tag("CAS-16")
  void optionTable_aTakenNameIsRefusedUnlessOverwritten() {
    String vm = trial.vm("r16", "shutOff", disk("qcow2", "share01"));
    JsonNode point = pointOf(vm, Map.of());
    String taken = trial.vm("r16-taken", "shutOff", disk("qcow2", "share01"));
    JsonNode task = failedOrRefused(trial.toNewVm(point, taken));
    assertTrue(task.toString().contains("VM_NAME_TAKEN"), task.toString());
  }

  private JsonNode failedOrRefused(Map<String, Object> definition) {
    try {
      return trial.notRestored(definition);
    } catch (ApiProblem refused) {
      return refused.body();
    }
  }
}
