package io.holdfast.system.restrictions;

import static io.holdfast.system.restrictions.Trial.disk;
import static io.holdfast.system.restrictions.Trial.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.CvmRest;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** S1 table 7, "restore": where a restore goes, what stands in its way, what stays afterwards. */
class RestoreEventsTest extends GuideRows {
  @Test
  @Tag("RST-01")
  @DisplayName("S1 table 7, restore 1 and 5: no mount restore; equal addresses are warned of")
  void restore01and05_noMountRestoreAndAWarningWhileTheSourceIsThere() {
    String vm = trial.vm("r05", "shutOff", disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    Map<String, Object> mounted = with(trial.toNewVm(point, Bed.name("r01")), "mode", "MOUNT");
    ApiProblem refused = Trial.refusal(() -> trial.operator().restore(mounted));
    assertEquals(422, refused.status(), refused.getMessage());
    JsonNode beside = trial.restored(trial.toNewVm(point, Bed.name("r05-copy")));
    assertTrue(log(beside).contains("RESTORE_SAME_ADDRESS"), log(beside));
    bed.cas().deleteVm(vm);
    JsonNode alone = trial.restored(trial.toNewVm(point, Bed.name("r05-copy")));
    assertFalse(log(alone).contains("RESTORE_SAME_ADDRESS"), log(alone));
  }

  private String log(JsonNode run) {
    return trial.log(run.path("id").asText());
  }

  @Test
  @Tag("CAS-15")
  @DisplayName(
      "S1 table 7, restore 3 and 14: a volume of a block pool is chosen, and not another's")
  void restore03and14_aFreeVolumeIsTakenAndThatOfAnotherVmIsNot() {
    String vm = trial.vm("r03", "shutOff", disk("raw", "share01"));
    JsonNode point = pointOf(vm);
    String other = trial.vm("r03-other", "shutOff", disk("raw", "lun03"));
    String before = digest(other, "vda");
    Map<String, Object> onto = trial.toNewVm(point, Bed.name("r03-bad"));
    onto.put("disks", List.of(place(point, "lun03", volumeOf(other))));
    ApiProblem refused = Trial.refusal(() -> trial.operator().restore(onto));
    assertEquals("RESOURCE_IN_USE", refused.error(), refused.getMessage());
    assertTrue(refused.getMessage().contains(other), refused.getMessage());
    assertEquals(before, digest(other, "vda"), "another VM's volume was written");
    String holder = trial.vm("r03-free", "shutOff", disk("qcow2", "share01"), disk("raw", "lun03"));
    String free = volumeOf(holder);
    bed.cas().lab().delete("/lab/vm/" + holder + "/disk/vdb?file=keep");
    String copy = Bed.name("r03-copy");
    Map<String, Object> definition = trial.toNewVm(point, copy);
    definition.put("disks", List.of(place(point, "lun03", free)));
    trial.restored(definition);
    assertEquals(digest(vm, "vda"), digest(copy, "vda"));
  }

  private static Map<String, Object> place(JsonNode point, String pool, String volume) {
    return Map.of(
        "diskKey", Trial.diskKey(point, "vda"), "storagePool", pool, "volumeName", volume);
  }

  /** The name of the volume of a VM's last disk. */
  private String volumeOf(String vm) {
    JsonNode disks = bed.cas().rest().vm(vm);
    List<JsonNode> storage = CvmRest.list(disks, "storage");
    String path = storage.get(storage.size() - 1).path("path").asText();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @Test
  @Tag("CAS-12")
  @DisplayName("S1 table 7, restore 9: sets of before the host was added again")
  void restore09_setsOfBeforeGoToANewPathOnly() {
    String vm = trial.vm("r09", Map.of("hostId", 2), disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    bed.cas().lab().post("/lab/host/2", Map.of("newId", 72));
    try {
      ApiProblem refused = Trial.refusal(() -> trial.operator().restore(trial.toOriginal(point)));
      assertEquals("HOST_ID_CHANGED", refused.error(), refused.getMessage());
      String copy = Bed.name("r09-copy");
      trial.restored(with(trial.toNewVm(point, copy), "targetHostId", "72"));
      assertEquals(digest(vm, "vda"), digest(copy, "vda"));
    } finally {
      bed.cas().lab().post("/lab/host/72", Map.of("newId", 2));
    }
  }

  @Test
  @Tag("CAS-14")
  @DisplayName("S1 table 7, restore 10 and 17: second-level folders switched off, and their names")
  void restore10and17_foldersSwitchedOffAndNamesThatCollide() {
    String folder = Bed.name("r10") + "_dir";
    String vm = trial.vm("r10", "shutOff", with(disk("qcow2", "share01"), "dirName", folder));
    String plain = trial.vm("r17", "shutOff", disk("qcow2", "share01"));
    String before = digest(vm, "vda");
    JsonNode point = pointOf(vm);
    Map<String, Object> collides = trial.toNewVm(point, Bed.name("r17-copy"));
    collides.put("disks", List.of(folderOf(point, "folder", volumeOf(plain))));
    assertTaken(collides);
    collides.put("disks", List.of(folderOf(point, "volumeName", folder)));
    assertTaken(collides);
    bed.cas().write(vm, "vda", 0, 65536, 9);
    bed.cas().lab().put("/lab/platform", Map.of("secondLevelFolders", false));
    try {
      trial.restored(trial.toOriginal(point));
    } finally {
      bed.cas().lab().put("/lab/platform", Map.of("secondLevelFolders", true));
    }
    assertEquals(before, digest(vm, "vda"));
    assertTrue(bed.cas().rest().vm(vm).toString().contains("/" + folder + "/"), "the same files");
  }

  private static Map<String, Object> folderOf(JsonNode point, String member, String name) {
    return Map.of("diskKey", Trial.diskKey(point, "vda"), member, name);
  }

  private void assertTaken(Map<String, Object> definition) {
    ApiProblem refused = Trial.refusal(() -> trial.operator().restore(definition));
    assertEquals("ALREADY_EXISTS", refused.error(), refused.getMessage());
  }

  @Test
  @Tag("CAS-14")
  @DisplayName("S1 table 7, restore 11: on ARM hosts processors are always passed through")
  void restore11_onArmPassThroughWhateverWasChosen() {
    String vm = trial.vm("r11", Map.of("hostId", 2), disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    bed.cas().lab().put("/lab/host/2", Map.of("arch", "aarch64"));
    try {
      String copy = Bed.name("r11-copy");
      JsonNode run = trial.restored(with(trial.toNewVm(point, copy), "cpuMode", "custom"));
      String mode = bed.cas().rest().vm(copy).at("/cpu/cpuMode").asText();
      assertEquals("host-passthrough", mode);
      assertTrue(run.path("vms").toString().contains("ARM_PASSTHROUGH"), run.toString());
    } finally {
      bed.cas().lab().put("/lab/host/2", Map.of("arch", "x86_64"));
    }
  }

  @Test
  @Tag("CAS-24")
  @DisplayName("S1 table 7, restore 15: a data disk after the VM came back with its system disk")
  void restore15_aDiskGoesBackIntoAVmThatWasRestored() {
    String vm = trial.vm("r15", "shutOff", disk("qcow2", "share01"), disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    List<String> before = List.of(digest(vm, "vda"), digest(vm, "vdb"));
    bed.cas().write(vm, "vda", 0, 65536, 1);
    bed.cas().write(vm, "vdb", 0, 65536, 2);
    Map<String, Object> system = trial.toOriginal(point);
    system.put("disks", List.of(Map.of("diskKey", Trial.diskKey(point, "vda"))));
    trial.restored(system);
    trial.restored(trial.toOriginalDisk(point, "vdb"));
    assertEquals(before, List.of(digest(vm, "vda"), digest(vm, "vdb")));
    bed.cas().deleteVm(vm);
    system.put("name", Bed.name("restore"));
    trial.restored(system);
    Map<String, Object> disk = trial.toOriginalDisk(point, "vdb");
    ApiProblem another = Trial.refusal(() -> trial.operator().restore(disk));
    assertEquals("VM_NOT_FOUND", another.error(), "made anew, it is another VM");
    trial.restored(trial.toNewDisk(point, "vdb", vm));
    assertEquals(before, List.of(digest(vm, "vda"), digest(vm, "vdb")));
  }

  @Test
  @Tag("CAS-24")
  @Tag("CAS-17")
  @DisplayName("S1 table 7, restore 16 and 19: a stop detaches the new disk, success leaves it")
  void restore16and19_aStopDetachesAndASuccessLeavesTheDisk() {
    String vm = trial.vm("r16", "shutOff", disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    String target =
        trial.vm("r16-to", Map.of("state", "running", "shutdown", "100"), disk("qcow2", "share01"));
    Map<String, Object> definition = trial.toNewDisk(point, "vda", target);
    String run =
        trial.operator().restore(with(definition, "limits", Trial.holding(Map.of()).get("limits")));
    Waiting.until("the new disk", Duration.ofSeconds(60), () -> disks(target), n -> n == 2);
    bed.api().post("/runs/" + run + "/stop", Map.of());
    JsonNode stopped = trial.operator().ended(run);
    assertEquals("STOPPED", stopped.path("state").asText(), stopped.toString());
    Waiting.until("it is gone", Duration.ofSeconds(60), () -> disks(target), n -> n == 1);
    assertEquals("[]", bed.cas().leftovers().path("volumes").toString());
    definition.put("name", Bed.name("restore"));
    definition.remove("limits");
    JsonNode done = trial.restored(definition);
    bed.api().delete("/restore-jobs/" + done.path("jobId").asText());
    assertEquals(2, disks(target), "what was restored stays until somebody removes it");
    assertEquals(digest(vm, "vda"), digest(target, "vdb"));
  }

  private int disks(String vm) {
    return CvmRest.list(bed.cas().rest().vm(vm), "storage").size();
  }

  @Test
  @Tag("CAS-18")
  @DisplayName("S1 table 7, environment 13: other jobs wait while a restore is at work on a host")
  void environment13_oneRestoreAtATimeOnAHost() {
    String vm = trial.vm("e13", "shutOff", disk("qcow2", "share01"));
    String elsewhere =
        trial.vm("e13-b", Map.of("hostId", 2, "state", "running"), disk("qcow2", "share01"));
    JsonNode point = pointOf(vm);
    String other = trial.job(elsewhere, Map.of());
    String same = trial.job(vm, Map.of());
    String first =
        trial
            .operator()
            .restore(
                with(
                    trial.toNewVm(point, Bed.name("e13-1")),
                    "limits",
                    Trial.holding(Map.of()).get("limits")));
    trial.until(first, "RUNNING");
    String second = trial.operator().restore(trial.toNewVm(point, Bed.name("e13-2")));
    String backup = trial.operator().start(same, "FULL");
    trial.operator().done(trial.operator().start(other, "FULL"));
    assertEquals("PENDING", waiting(second), "a restore to the same host");
    assertEquals("PENDING", waiting(backup), "a backup on the same host");
    trial.letGo(first);
    Instant end = Instant.parse(trial.operator().done(first).path("endedAt").asText());
    for (String queued : List.of(second, backup)) {
      JsonNode run = trial.operator().done(queued);
      assertFalse(Instant.parse(run.path("endedAt").asText()).isBefore(end), run.toString());
    }
  }

  private String waiting(String run) {
    return bed.api().get("/runs/" + run).path("vms").path(0).path("state").asText();
  }
}
