package io.holdfast.system.hikcloud;

import static io.holdfast.system.hikcloud.CloudBed.id;
import static io.holdfast.system.hikcloud.CloudBed.volume;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Waiting;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** S2 6.2 and tables 4 and 5, the options of restores. Captcha: {@code DiskRestoreTest}. */
class CloudRestoreOptionsTest extends CloudRows {

  @Test
  @DisplayName("S2 6.2, original path: the VM's own disks are overwritten, nothing is to be set")
  @Tag("HIK-04")
  void originalPath_theVmsOwnDisksAreOverwritten() {
    JsonNode vm = written("own");
    JsonNode point = pointOf(vm);
    String before = bed.digest(vm, 0);
    cloud.write(id(vm), 0, 0, 8 * MIB, 0x77);
    cloud.enter(id(vm), "SHUTOFF");
    assertNotEquals(before, bed.digest(vm, 0));
    bed.operator().done(bed.operator().restore(bed.toOriginal(point)));
    assertEquals(before, bed.digest(vm, 0));
  }

  @Test
  @DisplayName("S2 6.2, new path: each source disk over the chosen disk of the chosen VM")
  @Tag("HIK-04")
  void newPath_eachDiskOverTheChosenOne() {
    JsonNode vm = bed.running("src", 16 * MIB, 16 * MIB);
    cloud.write(id(vm), 0, 0, MIB, 0x21);
    cloud.write(id(vm), 1, 0, MIB, 0x22);
    JsonNode point = pointOf(vm);
    JsonNode target = cloud.create(Bed.name("tgt"), 16 * MIB, 24 * MIB, 16 * MIB);
    bed.operator()
        .done(
            bed.operator()
                .restore(
                    bed.toDisksOf(
                        point,
                        target,
                        Map.of(
                            volume(vm, 0), volume(target, 2), volume(vm, 1), volume(target, 0)))));
    assertEquals(bed.digest(vm, 0), bed.digest(target, 2));
    assertEquals(bed.digest(vm, 1), bed.digest(target, 0));
    assertEquals("SHUTOFF", cloud.status(id(target)));
  }

  @Test
  @DisplayName("S2 table 4, parallel VMs, per host, disks and streams: within their ranges")
  @Tag("OPT-03")
  @Tag("OPT-04")
  @Tag("OPT-05")
  @Tag("OPT-06")
  void table4Parallelism_disksAndStreamsAtATime() {
    JsonNode vm = bed.running("wide", 16 * MIB, 16 * MIB, 16 * MIB);
    for (int disk = 0; disk < 3; disk++) {
      cloud.write(id(vm), disk, 0, 12 * MIB, 0x30 + disk);
    }
    JsonNode point = pointOf(vm);
    JsonNode target = cloud.create(Bed.name("wide-tgt"), 16 * MIB, 16 * MIB, 16 * MIB);
    Map<String, Object> definition = bed.toDisksOf(point, target, straight(vm, target, 3));
    definition.putAll(
        Map.of("parallelVms", 1, "vmsPerHost", 1, "disksPerVm", 3, "streamsPerDisk", 5));
    bed.operator().done(bed.operator().restore(definition));
    for (int disk = 0; disk < 3; disk++) {
      assertEquals(bed.digest(vm, disk), bed.digest(target, disk));
    }
    for (Map.Entry<String, Integer> wrong :
        Map.of("parallelVms", 33, "vmsPerHost", 11, "disksPerVm", 6, "streamsPerDisk", 6)
            .entrySet()) {
      definition.put(wrong.getKey(), wrong.getValue());
      assertEquals("VALUE_OUT_OF_RANGE", refusal(() -> bed.operator().restore(definition)).error());
      definition.put(wrong.getKey(), 1);
    }
  }

  private static Map<String, String> straight(JsonNode from, JsonNode to, int disks) {
    Map<String, String> mapping = new LinkedHashMap<>();
    for (int disk = 0; disk < disks; disk++) {
      mapping.put(volume(from, disk), volume(to, disk));
    }
    return mapping;
  }

  @Test
  @DisplayName("S2 table 4, snapshot before overwriting: gone after success")
  @Tag("HIK-05")
  void table4SnapshotBefore_goneAfterSuccess() {
    JsonNode vm = written("safe");
    JsonNode point = pointOf(vm);
    String before = bed.digest(vm, 0);
    int kept = snapshots(vm, 0).size();
    Map<String, Object> definition = bed.toOriginal(point);
    definition.put("snapshotBefore", true);
    String run = bed.operator().restore(definition);
    bed.operator().done(run);
    assertTrue(bed.log(run).contains("RESTORE_SNAPSHOT_TAKEN"), bed.log(run));
    assertEquals(before, bed.digest(vm, 0));
    assertEquals(kept, snapshots(vm, 0).size());
  }

  @Test
  @DisplayName("S2 table 7, restore 5: a target that runs is shut down first, or refused")
  @Tag("HIK-04")
  void restore5_aTargetThatRunsIsRefusedWhenThatIsChosen() {
    JsonNode vm = written("running");
    JsonNode point = pointOf(vm);
    String before = bed.digest(vm, 0);
    cloud.write(id(vm), 0, 0, 2 * MIB, 0x66);
    String changed = bed.digest(vm, 0);
    Map<String, Object> definition = bed.toOriginal(point);
    definition.put("refuseRunning", true);
    ApiProblem refused = refusal(() -> bed.operator().restore(definition));
    assertEquals("VM_STATE_REFUSED", refused.error(), refused.getMessage());
    assertTrue(refused.getMessage().contains(CloudBed.name(vm)), refused.getMessage());
    assertEquals("ACTIVE", cloud.status(id(vm)), "left as it was");
    assertEquals(changed, bed.digest(vm, 0), "not written over");
    definition.put("refuseRunning", false);
    bed.operator().done(bed.operator().restore(definition));
    assertEquals(before, bed.digest(vm, 0));
  }

  @Test
  @DisplayName("S2 table 4, start after success")
  @Tag("HIK-06")
  void table4StartAfter_theVmRunsOrNot() {
    JsonNode vm = written("start");
    JsonNode point = pointOf(vm);
    JsonNode target = cloud.create(Bed.name("start-tgt"), 16 * MIB);
    Map<String, Object> definition = bed.toDisksOf(point, target, straight(vm, target, 1));
    bed.operator().done(bed.operator().restore(definition));
    assertEquals("SHUTOFF", cloud.status(id(target)), "not asked to start");
    definition.put("startAfter", true);
    definition.put("name", Bed.name("start"));
    bed.operator().done(bed.operator().restore(definition));
    assertEquals("ACTIVE", cloud.status(id(target)));
  }

  @Test
  @DisplayName("S2 table 5, reconnect 1 to 60 minutes, resume buffer in MiB")
  @Tag("OPT-08")
  @Tag("OPT-09")
  void table5Reconnect_rangesAreHeld() {
    JsonNode vm = written("limits");
    Map<String, Object> definition = bed.toOriginal(pointOf(vm));
    for (Map.Entry<String, Integer> wrong :
        Map.of("reconnectMinutes", 61, "resumeBufferMib", 0).entrySet()) {
      definition.put(wrong.getKey(), wrong.getValue());
      assertEquals("VALUE_OUT_OF_RANGE", refusal(() -> bed.operator().restore(definition)).error());
      definition.put(wrong.getKey(), 1);
    }
    cloud.enter(id(vm), "SHUTOFF");
    bed.operator().done(bed.operator().restore(definition));
  }

  @Test
  @DisplayName("S2 table 5, limits of transfer and of writing, by time of the day")
  @Tag("OPT-10")
  @Tag("OPT-11")
  void table5Limits_aRestoreIsHeldAndGoesOn() {
    JsonNode vm = written("slow");
    Map<String, Object> definition = bed.toOriginal(pointOf(vm));
    cloud.enter(id(vm), "SHUTOFF");
    String before = bed.digest(vm, 0);
    definition.put("limits", holding(Map.of()).get("limits"));
    String run = bed.operator().restore(definition);
    JsonNode held =
        Waiting.until(
            "the restore held by its limit",
            SOON,
            () -> bed.api().get("/runs/" + run),
            now -> "RUNNING".equals(now.at("/vms/0/state").asText()));
    assertTrue(held.at("/limit/held").asBoolean(), held.toString());
    letGo(run);
    bed.operator().done(run);
    assertEquals(before, bed.digest(vm, 0));
  }
}
