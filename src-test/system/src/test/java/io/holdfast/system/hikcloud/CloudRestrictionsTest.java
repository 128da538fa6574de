package io.holdfast.system.hikcloud;

import static io.holdfast.system.hikcloud.CloudBed.id;
import static io.holdfast.system.hikcloud.CloudBed.volume;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Waiting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S2 tables 6 and 7: releases, and what is restricted. */
class CloudRestrictionsTest extends CloudRows {

  @Test
  @DisplayName("S2 table 6: Edge Cloud V1.8.0 is registered without a warning")
  @Tag("RES-02")
  void table6_theListedReleaseIsRegistered() {
    JsonNode tested = bed.api().post("/platforms/" + bed.place().platformId() + "/test", Map.of());
    assertEquals("V1.8.0", tested.path("version").asText());
  }

  @Test
  @DisplayName("S2 table 7, backup 1: no VMs on other storage than Ceph")
  @Tag("HIK-02")
  void backup1_aDiskOnOtherStorageIsRefusedByName() {
    JsonNode vm =
        cloud.create(
            Map.of(
                "name",
                Bed.name("local"),
                "disks",
                List.of(
                    Map.of("sizeBytes", 16 * MIB),
                    Map.of("sizeBytes", 16 * MIB, "storageType", "local"))));
    assertRefused(backUp(vm, Map.of()), "DISK_FORMAT_UNSUPPORTED", CloudBed.name(vm), "vdb");
  }

  @Test
  @DisplayName("S2 table 7, backup 2: no VMs without the QEMU guest agent")
  @Tag("HIK-02")
  void backup2_aVmWithoutGuestAgentIsRefusedByName() {
    JsonNode vm =
        cloud.create(
            Map.of(
                "name",
                Bed.name("agentless"),
                "qga",
                "false",
                "disks",
                List.of(Map.of("sizeBytes", 16 * MIB))));
    assertRefused(backUp(vm, Map.of()), "GUEST_AGENT_MISSING", CloudBed.name(vm));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHELVED", "SHELVED_OFFLOADED"})
  @DisplayName("S2 table 7, backup 3: no shelved VMs")
  @Tag("HIK-02")
  void backup3_aShelvedVmIsRefusedByName(String state) {
    JsonNode vm = written("shelved");
    cloud.enter(id(vm), state);
    assertRefused(backUp(vm, Map.of()), "VM_STATE_REFUSED", CloudBed.name(vm));
    cloud.enter(id(vm), "ACTIVE");
    assertSealed(backUp(vm, Map.of()), "FULL");
  }

  @Test
  @DisplayName("S2 table 7, backup 4: what happens is in the run's log and the alarms")
  @Tag("JOB-07")
  void backup4_aFailedVmIsInTheLogAndTheAlarms() {
    JsonNode vm = written("alarm");
    cloud.enter(id(vm), "SHELVED");
    String run = bed.operator().start(bed.job(vm, Map.of()), "FULL");
    bed.operator().ended(run);
    assertTrue(bed.log(run).contains("VM_STATE_REFUSED"), bed.log(run));
    String alarms = bed.api().get("/alarms?q=" + CloudBed.name(vm)).toString();
    assertTrue(alarms.contains(CloudBed.name(vm)), alarms);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FILES", "MOUNT", "NEW_VM", "ORIGINAL_VM", "NEW_DISK"})
  @DisplayName("S2 table 7, restore 1 to 3: no files, no mounting, no new VM")
  @Tag("HIK-04")
  void restore1to3_otherModesAreRefused(String mode) {
    JsonNode vm = written("modes");
    Map<String, Object> definition = bed.toOriginal(pointOf(vm));
    definition.put("mode", mode);
    definition.put("newVmName", mode.equals("NEW_VM") ? Bed.name("new") : "");
    definition.put("targetHostId", mode.equals("NEW_VM") ? "host-1" : "");
    definition.put("targetVmId", mode.equals("NEW_DISK") ? id(vm) : "");
    definition.put("overwrite", mode.equals("ORIGINAL_VM"));
    ApiProblem refused = refusal(() -> bed.operator().restore(definition));
    assertEquals("INVALID_VALUE", refused.error(), refused.getMessage());
    assertTrue(refused.getMessage().contains(mode), refused.getMessage());
  }

  @Test
  @DisplayName("S2 table 7, restore 4: not to VMs on other storage than Ceph")
  @Tag("HIK-04")
  void restore4_aTargetDiskOnOtherStorageIsRefused() {
    JsonNode vm = written("ceph");
    JsonNode point = pointOf(vm);
    JsonNode target =
        cloud.create(
            Map.of(
                "name",
                Bed.name("local-tgt"),
                "disks",
                List.of(Map.of("sizeBytes", 16 * MIB, "storageType", "local"))));
    Map<String, Object> definition =
        bed.toDisksOf(point, target, Map.of(volume(vm, 0), volume(target, 0)));
    assertEquals(
        "DISK_FORMAT_UNSUPPORTED", refusal(() -> bed.operator().restore(definition)).error());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SUSPENDED", "PAUSED", "SHELVED", "SHELVED_OFFLOADED"})
  @DisplayName("S2 table 7, restore 5: not to suspended, paused or shelved VMs")
  @Tag("HIK-04")
  void restore5_theStateOfTheTargetIsRefused(String state) {
    JsonNode vm = written("state");
    JsonNode point = pointOf(vm);
    String before = bed.digest(vm, 0);
    cloud.enter(id(vm), state);
    ApiProblem own = refusal(() -> bed.operator().restore(bed.toOriginal(point)));
    assertEquals("VM_STATE_REFUSED", own.error(), own.getMessage());
    assertEquals(before, bed.digest(vm, 0));
    JsonNode target = cloud.create(Bed.name("state-tgt"), 16 * MIB);
    cloud.enter(id(target), state);
    ApiProblem other =
        refusal(
            () ->
                bed.operator()
                    .restore(
                        bed.toDisksOf(point, target, Map.of(volume(vm, 0), volume(target, 0)))));
    assertEquals("VM_STATE_REFUSED", other.error(), other.getMessage());
  }

  @Test
  @DisplayName("S2 table 7, restore 6: a snapshot before overwriting needs the guest agent to run")
  @Tag("HIK-05")
  void restore6_withoutARunningGuestAgentThereIsNoSnapshotBefore() {
    JsonNode vm = written("qga");
    JsonNode point = pointOf(vm);
    cloud.agent(id(vm), false);
    Map<String, Object> definition = bed.toOriginal(point);
    definition.put("snapshotBefore", true);
    ApiProblem refused = refusal(() -> bed.operator().restore(definition));
    assertEquals("GUEST_AGENT_SILENT", refused.error(), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("S2 table 7, restore 6: after a failure it is rolled back by hand, or by itself")
  @Tag("HIK-05")
  void restore6_afterAFailureTheSnapshotIsNamedOrRolledBackTo(boolean byItself) {
    JsonNode vm = written("rollback");
    JsonNode point = pointOf(vm);
    cloud.write(id(vm), 0, 0, 2 * MIB, 0x55);
    String before = bed.digest(vm, 0);
    Map<String, Object> definition = bed.toOriginal(point);
    definition.put("snapshotBefore", true);
    definition.put("rollBack", byItself);
    definition.put("limits", holding(Map.of()).get("limits"));
    String run = bed.operator().restore(definition);
    atWork(run, 1);
    bed.api().post("/runs/" + run + "/stop", Map.of());
    bed.operator().ended(run);
    String code = byItself ? "RESTORE_ROLLED_BACK" : "RESTORE_ROLLBACK_OFFERED";
    Waiting.until(code, SOON, () -> bed.log(run), log -> log.contains(code));
    if (byItself) {
      assertEquals(before, bed.digest(vm, 0));
    }
  }

  @Test
  @DisplayName("S2 table 7, restore 7: the target has as many disks, each at least as large")
  @Tag("HIK-04")
  void restore7_countAndSizeOfTheTargetsDisks() {
    JsonNode vm = bed.running("count", 16 * MIB, 16 * MIB);
    cloud.write(id(vm), 0, 0, MIB, 0x31);
    JsonNode point = pointOf(vm);
    JsonNode few = cloud.create(Bed.name("few"), 32 * MIB);
    Map<String, String> twice = new LinkedHashMap<>();
    twice.put(volume(vm, 0), volume(few, 0));
    twice.put(volume(vm, 1), "nothing");
    ApiProblem tooFew = refusal(() -> bed.operator().restore(bed.toDisksOf(point, few, twice)));
    assertEquals("TARGET_DISKS_TOO_FEW", tooFew.error(), tooFew.getMessage());
    JsonNode small = cloud.create(Bed.name("small"), 16 * MIB, 8 * MIB);
    Map<String, String> mapping = new LinkedHashMap<>();
    mapping.put(volume(vm, 0), volume(small, 0));
    mapping.put(volume(vm, 1), volume(small, 1));
    ApiProblem tooSmall =
        refusal(() -> bed.operator().restore(bed.toDisksOf(point, small, mapping)));
    assertEquals("TARGET_DISK_TOO_SMALL", tooSmall.error(), tooSmall.getMessage());
  }
}
