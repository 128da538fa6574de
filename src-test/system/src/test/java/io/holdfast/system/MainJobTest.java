package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The main job on a running VM with two disks: full while it writes, changes only, back again byte
 * for byte.
 */
@ExtendWith(Bed.Shared.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobTest {
  private static final long MIB = 1 << 20;
  private static final long GRANULARITY = 64 << 10;
  private static final long SAMPLED = 7 * MIB;
  private static final String VM = "main-job";
  private static String job;

  @Test
  @Order(1)
  @Tag("CAS-01")
  @Tag("CAS-02")
  @Tag("POOL-01")
  @Tag("JOB-03")
  void fullBackupIsTheStateAtTheSnapshot(Bed bed) {
    bed.cas()
        .createVm(
            VM,
            true,
            List.of(
                Bed.disk(
                    512 * MIB,
                    "qcow2",
                    List.of(
                        Bed.content(0, 48 * MIB, "mixed", 1),
                        Bed.content(300 * MIB, 16 * MIB, "random", 2))),
                Bed.disk(96 * MIB, "qcow2", List.of(Bed.content(8 * MIB, 8 * MIB, "text", 3)))));
    job = bed.jobFor(VM, Map.of("disksPerVm", 2, "streamsPerDisk", 2));
    bed.cas().startLoad(VM, "vda", 4 * MIB, 64 * MIB);
    JsonNode run = bed.operator().done(bed.operator().start(job, "FULL"));
    bed.cas().stopLoad(VM);
    JsonNode vm = run.path("vms").get(0);
    assertEquals("FULL", vm.path("type").asText());
    assertEquals(100, vm.path("percent").asInt());
    assertTrue(run.path("readBytes").asLong() >= 72 * MIB, run.toString());
    assertTrue(run.path("readBytes").asLong() < 200 * MIB, "only allocated areas are read: " + run);
    assertEquals(1, bed.operator().restorePoints(bed.place().platformId(), VM).size());
    assertEquals("[]", snapshots(bed), "no snapshot may stay");
  }

  @Test
  @Order(2)
  @Tag("CAS-02")
  @Tag("OPT-16")
  void incrementalReadsWhatChangedAndNothingElse(Bed bed) {
    bed.operator().done(bed.operator().start(job, "INCREMENTAL"));
    bed.cas().write(VM, "vda", 100 * MIB + 4096, 4096, 5);
    bed.cas().write(VM, "vda", 200 * MIB, 3 * MIB, 6);
    bed.cas().write(VM, "vdb", 50 * MIB, GRANULARITY, 7);
    bed.cas().resetStatistics();
    JsonNode run = bed.operator().done(bed.operator().start(job, "INCREMENTAL"));
    long changed = GRANULARITY + 3 * MIB + GRANULARITY;
    assertEquals("INCREMENTAL", run.path("vms").get(0).path("type").asText());
    assertEquals(changed, run.path("readBytes").asLong());
    long served = bed.cas().bytesRead();
    // Of what the platform calls unchanged at most one chunk of a hundred is read and compared.
    assertTrue(served >= changed && served <= changed + SAMPLED, "what the platform served");
  }

  @Test
  @Order(3)
  @Tag("CAS-01")
  void differentialReadsAllSinceTheFull(Bed bed) {
    bed.operator().done(bed.operator().start(job, "FULL"));
    bed.cas().write(VM, "vda", 10 * MIB, MIB, 8);
    bed.operator().done(bed.operator().start(job, "INCREMENTAL"));
    bed.cas().write(VM, "vda", 20 * MIB, MIB, 9);
    JsonNode run = bed.operator().done(bed.operator().start(job, "DIFFERENTIAL"));
    assertEquals("DIFFERENTIAL", run.path("vms").get(0).path("type").asText());
    assertEquals(2 * MIB, run.path("readBytes").asLong());
  }

  @Test
  @Order(4)
  @Tag("CAS-14")
  @Tag("CAS-18")
  @Tag("RST-01")
  @Tag("RST-06")
  void restoreToANewVmIsIdenticalAndThin(Bed bed) {
    String copy = Bed.name("copy");
    JsonNode point = bed.newestPoint(VM);
    Map<String, Object> definition = definition(bed, point, "NEW_VM");
    definition.put("newVmName", copy);
    definition.put("targetHostId", point.path("hostId").asText());
    bed.operator().done(bed.operator().restore(definition));
    assertEquals(bed.digests(VM, point), bed.digests(copy, point));
    for (String device : List.of("vda", "vdb")) {
      long original = bed.cas().allocatedBytes(VM, device);
      long restored = bed.cas().allocatedBytes(copy, device);
      assertTrue(
          restored <= original + 4 * MIB, device + ": " + restored + " instead of " + original);
    }
  }

  @Test
  @Order(5)
  @Tag("CAS-13")
  @Tag("RST-02")
  void restoreOverTheOriginalIsIdentical(Bed bed) {
    JsonNode point = bed.newestPoint(VM);
    List<String> before = bed.digests(VM, point);
    bed.cas().write(VM, "vda", 0, 30 * MIB, 77);
    bed.cas().write(VM, "vda", 400 * MIB, 8 * MIB, 78);
    Map<String, Object> definition = definition(bed, point, "ORIGINAL_VM");
    definition.put("overwrite", true);
    bed.operator().done(bed.operator().restore(definition));
    assertEquals(before, bed.digests(VM, point));
  }

  @Test
  @Order(6)
  @Tag("CAS-04")
  void powerCycleMakesTheNextBackupFullAndSaysWhy(Bed bed) {
    String vm = Bed.name("cycle");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(64 * MIB, "qcow2", List.of(Bed.content(0, MIB, "random", 4)))));
    String cycleJob = bed.jobFor(vm, Map.of());
    bed.operator().done(bed.operator().start(cycleJob, "FULL"));
    bed.cas().fault(Map.of("action", "lose-cbt", "vm", vm));
    String run = bed.operator().start(cycleJob, "INCREMENTAL");
    JsonNode ended = bed.operator().done(run);
    assertEquals("FULL", ended.path("vms").get(0).path("type").asText());
    String log = bed.api().get("/runs/" + run + "/log").toString();
    assertTrue(log.contains("FULL_TRACKING_LOST"), log);
    assertTrue(
        bed.api().speaking("zh").get("/runs/" + run + "/log").toString().contains("完全备份"),
        "in Chinese too");
    bed.api().speaking("en");
  }

  static Map<String, Object> definition(Bed bed, JsonNode point, String mode) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("name", Bed.name("restore"));
    definition.put("restorePointId", point.path("id").asText());
    definition.put("platformId", bed.place().platformId());
    definition.put("mode", mode);
    return definition;
  }

  private static String snapshots(Bed bed) {
    return bed.cas().snapshots(VM).toString();
  }
}
