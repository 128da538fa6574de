package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** What every backup is for: its newest restore point comes back as a new VM, byte for byte. */
final class RestoredCopy {
  private RestoredCopy() {}

  /**
   * Restores the newest restore point of a VM to a new one and compares all disks with the VM's
   * own.
   */
  static void assertIdentical(Bed bed, String vm) {
    JsonNode point = bed.newestPoint(vm);
    String copy = Bed.name("copy");
    Map<String, Object> definition = MainJobTest.definition(bed, point, "NEW_VM");
    definition.put("newVmName", copy);
    definition.put("targetHostId", point.path("hostId").asText());
    bed.operator().done(bed.operator().restore(definition));
    assertEquals(bed.digests(vm, point), bed.digests(copy, point));
  }
}
