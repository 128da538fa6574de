package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Disks that are not a round number of anything. */
@ExtendWith(Bed.Shared.class)
class OddDisksTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final long SECONDS_ENOUGH = 60;

  @Test
  @Tag("CAS-01")
  @Tag("OPT-05")
  @Tag("OPT-06")
  @Tag("CAS-11")
  void threeDisksTwoInParallelFourStreamsEach(Bed bed) {
    roundTrip(
        bed,
        "three",
        List.of(
            Bed.disk(
                GIB + 512,
                "qcow2",
                List.of(
                    Bed.content(0, 9 * MIB, "mixed", 1),
                    Bed.content(GIB - MIB, MIB + 512, "random", 2))),
            Bed.disk(64 * MIB, "qcow2", List.of()),
            Bed.disk(128 * MIB, "qcow2", List.of(Bed.content(MIB - 4096, 20 * MIB, "random", 3)))),
        Map.of("disksPerVm", 2, "streamsPerDisk", 4));
  }

  @Test
  @Tag("CAS-06")
  void rawAndQcow2Together(Bed bed) {
    roundTrip(
        bed,
        "raw",
        List.of(
            Bed.disk(96 * MIB, "raw", List.of(Bed.content(MIB, 10 * MIB, "text", 4))),
            Bed.disk(32 * MIB, "qcow2", List.of(Bed.content(0, MIB, "random", 5)))),
        Map.of());
  }

  @Test
  @Tag("CAS-23")
  void backingChainOfThreeComesBackFlat(Bed bed) {
    Map<String, Object> disk =
        Map.of(
            "sizeBytes",
            256 * MIB,
            "format",
            "qcow2",
            "pool",
            "share01",
            "chainDepth",
            3,
            "content",
            List.of(
                Bed.content(0, 6 * MIB, "random", 6),
                Bed.content(50 * MIB, 6 * MIB, "text", 7),
                Bed.content(90 * MIB, 6 * MIB, "random", 8)));
    roundTrip(bed, "chain", List.of(disk), Map.of());
  }

  @Test
  @Tag("OPT-16")
  @Tag("RST-06")
  void aTebibyteWithTenMebibytesTakesSeconds(Bed bed) {
    String vm = Bed.name("tebi");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(
                Bed.disk(
                    1024 * GIB, "qcow2", List.of(Bed.content(700 * GIB, 10 * MIB, "random", 9)))));
    String job = bed.jobFor(vm, Map.of());
    long begun = System.nanoTime();
    JsonNode run = bed.operator().done(bed.operator().start(job, "FULL"));
    long seconds = (System.nanoTime() - begun) / 1_000_000_000L;
    assertEquals(10 * MIB, run.path("readBytes").asLong());
    assertTrue(seconds < SECONDS_ENOUGH, seconds + " s");
  }

  private static void roundTrip(
      Bed bed, String what, List<Map<String, Object>> disks, Map<String, Object> options) {
    String vm = Bed.name(what);
    bed.cas().createVm(vm, true, disks);
    String job = bed.jobFor(vm, options);
    bed.operator().done(bed.operator().start(job, "FULL"));
    JsonNode point = bed.newestPoint(vm);
    assertEquals(disks.size(), point.path("disks").size());
    String copy = Bed.name(what + "-copy");
    Map<String, Object> definition = MainJobTest.definition(bed, point, "NEW_VM");
    definition.put("newVmName", copy);
    definition.put("targetHostId", point.path("hostId").asText());
    bed.operator().done(bed.operator().restore(definition));
    assertEquals(bed.digests(vm, point), bed.digests(copy, point));
  }
}
