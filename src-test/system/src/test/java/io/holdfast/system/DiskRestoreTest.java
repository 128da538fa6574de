package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Single disks: over the original and as a new disk of another VM; and what a restore must refuse.
 */
@ExtendWith(Bed.Shared.class)
class DiskRestoreTest {
  private static final long MIB = 1 << 20;

  @Test
  @Tag("CAS-17")
  @DisplayName("S1 7.3, original path: the disk that is there is written, the others are not")
  void aDiskComesBackOverItselfAndLeavesTheOthers(Bed bed) {
    String vm = Bed.name("disk-back");
    JsonNode point = backedUp(bed, vm);
    String first = bed.cas().digest(vm, "vda", "");
    bed.cas().write(vm, "vda", 0, 4 * MIB, 31);
    bed.cas().write(vm, "vdb", 0, MIB, 32);
    String second = bed.cas().digest(vm, "vdb", "");
    Map<String, Object> definition = MainJobTest.definition(bed, point, "ORIGINAL_DISK");
    definition.put("overwrite", true);
    definition.put("disks", List.of(Map.of("diskKey", diskKey(point, "vda"))));
    bed.operator().done(bed.operator().restore(definition));
    assertEquals(first, bed.cas().digest(vm, "vda", ""));
    assertEquals(second, bed.cas().digest(vm, "vdb", ""), "the other disk was touched");
  }

  @Test
  @Tag("CAS-17")
  @DisplayName("S1 7.3, new path: a new disk of another VM")
  void aDiskBecomesANewDiskOfAnotherVm(Bed bed) {
    String vm = Bed.name("disk-from");
    JsonNode point = backedUp(bed, vm);
    String other = Bed.name("disk-to");
    String target =
        bed.cas().createVm(other, false, List.of(Bed.disk(16 * MIB, "qcow2", List.of())));
    Map<String, Object> definition = MainJobTest.definition(bed, point, "NEW_DISK");
    definition.put("targetVmId", target);
    definition.put("disks", List.of(Map.of("diskKey", diskKey(point, "vdb"))));
    bed.operator().done(bed.operator().restore(definition));
    assertEquals(bed.cas().digest(vm, "vdb", ""), bed.cas().digest(other, "vdb", ""));
  }

  @Test
  @Tag("CAS-18")
  @DisplayName("S1 7.2, captcha: a wrong one starts nothing")
  void aWrongCaptchaStartsNothing(Bed bed) {
    String vm = Bed.name("captcha");
    JsonNode point = backedUp(bed, vm);
    Map<String, Object> definition = MainJobTest.definition(bed, point, "NEW_VM");
    definition.put("newVmName", Bed.name("never"));
    definition.put("targetHostId", point.path("hostId").asText());
    definition.putAll(bed.operator().captcha());
    definition.put("captcha", "????");
    int before = bed.api().get("/runs").path("total").asInt();
    ApiProblem problem =
        assertThrows(ApiProblem.class, () -> bed.api().post("/restore-jobs/start", definition));
    assertEquals("CAPTCHA_WRONG", problem.error());
    assertEquals(before, bed.api().get("/runs").path("total").asInt());
  }

  @Test
  @Tag("CAS-14")
  void aTakenNameIsRefusedAndTheVmOfThatNameStays(Bed bed) {
    String vm = Bed.name("taken");
    JsonNode point = backedUp(bed, vm);
    String before = bed.cas().digest(vm, "vda", "");
    Map<String, Object> definition = MainJobTest.definition(bed, point, "NEW_VM");
    definition.put("newVmName", vm);
    definition.put("targetHostId", point.path("hostId").asText());
    ApiProblem problem = assertThrows(ApiProblem.class, () -> bed.operator().restore(definition));
    assertEquals("VM_NAME_TAKEN", problem.error());
    assertTrue(problem.body().path("detail").asText().contains(vm), problem.getMessage());
    assertEquals(before, bed.cas().digest(vm, "vda", ""));
  }

  private static JsonNode backedUp(Bed bed, String vm) {
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(
                Bed.disk(64 * MIB, "qcow2", List.of(Bed.content(0, 8 * MIB, "mixed", 1))),
                Bed.disk(32 * MIB, "qcow2", List.of(Bed.content(MIB, 4 * MIB, "random", 2)))));
    bed.operator().done(bed.operator().start(bed.jobFor(vm, Map.of()), "FULL"));
    return bed.newestPoint(vm);
  }

  private static String diskKey(JsonNode point, String device) {
    for (JsonNode disk : point.path("disks")) {
      if (device.equals(disk.path("device").asText())) {
        return disk.path("diskKey").asText();
      }
    }
    throw new IllegalStateException("no " + device + " in " + point);
  }
}
