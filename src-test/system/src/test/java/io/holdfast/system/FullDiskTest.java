package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Operator;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A pool on a file system that is really full. */
@ExtendWith(Bed.Shared.class)
class FullDiskTest {
  private static final long MIB = 1 << 20;
  private static final int POOL_MIB = 48;

  @Test
  @Tag("POOL-01")
  @Tag("JOB-02")
  void aFullPoolFailsInOneSentenceAndKeepsWhatWasSealed(Bed bed, @TempDir Path folder)
      throws Exception {
    try (SmallDisk disk = new SmallDisk(folder, POOL_MIB)) {
      assumeTrue(
          disk.isMounted(), "only root can mount the small file system that this test fills");
      String pool =
          bed.operator()
              .createPool(
                  Bed.name("small"), bed.place().agentId(), folder.resolve("pool").toString());
      Operator.Place place =
          new Operator.Place(bed.place().platformId(), bed.place().agentId(), pool);
      String vm = Bed.name("fills");
      bed.cas()
          .createVm(
              vm,
              true,
              List.of(
                  Bed.disk(256 * MIB, "qcow2", List.of(Bed.content(0, 16 * MIB, "random", 1)))));
      JsonNode node = bed.operator().vmNode(place.platformId(), vm);
      String job = bed.operator().createJob(Bed.name("fill"), place, List.of(node), Map.of());
      bed.operator().done(bed.operator().start(job, "FULL"));
      bed.cas().write(vm, "vda", 32 * MIB, 8 * MIB, 5);
      for (int i = 0; i < 8; i++) {
        bed.cas().write(vm, "vda", (64 + 8L * i) * MIB, 8 * MIB, 10 + i);
      }
      JsonNode run = bed.operator().ended(bed.operator().start(job, "FULL"));
      assertEquals("FAILED", run.path("state").asText());
      assertEquals("POOL_FULL", run.path("vms").get(0).path("error").asText());
      FailureTest.assertInBothLanguages(bed, run.path("id").asText());
      assertEquals(List.of(), bed.cas().snapshots(vm));
      assertEquals(1, bed.api().get("/restore-points?poolId=" + pool).path("total").asInt());
      assertTrue(
          bed.api().get("/pools/" + pool).path("freeBytes").asLong() > 16 * MIB,
          "the failed session's space was not freed");
    }
  }
}
