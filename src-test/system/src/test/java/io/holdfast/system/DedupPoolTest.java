package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Operator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Equal data of two VMs is stored once, and both come back. */
@ExtendWith(Bed.Shared.class)
class DedupPoolTest {
  private static final long MIB = 1 << 20;
  private static final long COMMON_MIB = 60;
  private static final long OWN_MIB = 4;

  @Test
  @Tag("POOL-02")
  @Tag("OPT-01")
  void theSecondVmOfTheSameSystemCostsOnlyWhatDiffers(Bed bed) {
    String pool =
        bed.operator()
            .createPool(
                Bed.name("dedup"),
                bed.place().agentId(),
                bed.installation().state().resolve("dedup-pool").toString(),
                "DEDUP");
    Operator.Place place =
        new Operator.Place(bed.place().platformId(), bed.place().agentId(), pool);
    String first = vm(bed, "like-a", 7);
    String second = vm(bed, "like-b", 8);
    Map<String, Object> options = Map.of("compression", "ADJUSTABLE", "compressionLevel", 3);
    long before = backUp(bed, place, first, options);
    long added = backUp(bed, place, second, options) - before;
    assertTrue(before >= COMMON_MIB * MIB, "random data of the first VM: " + before);
    assertTrue(added >= OWN_MIB * MIB, "the second VM's own data: " + added);
    assertTrue(added <= before / 10, "the second VM took " + added + " of " + before);
    JsonNode entry = bed.api().get("/pools/" + pool);
    assertEquals("DEDUP", entry.path("kind").asText());
    assertEquals(2 * (COMMON_MIB + OWN_MIB) * MIB, entry.path("protectedBytes").asLong());
    RestoredCopy.assertIdentical(bed, first);
    RestoredCopy.assertIdentical(bed, second);
  }

  /** 60 MiB that both have, and 4 MiB of their own. */
  private static String vm(Bed bed, String name, int own) {
    String vm = Bed.name(name);
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(
                Bed.disk(
                    256 * MIB,
                    "qcow2",
                    List.of(
                        Bed.content(0, COMMON_MIB * MIB, "random", 42),
                        Bed.content(100 * MIB, OWN_MIB * MIB, "random", own)))));
    return vm;
  }

  /** What the pool holds after a full backup, bytes. */
  private static long backUp(
      Bed bed, Operator.Place place, String vm, Map<String, Object> options) {
    JsonNode node = bed.operator().vmNode(place.platformId(), vm);
    String job = bed.operator().createJob(Bed.name("dedup"), place, List.of(node), options);
    bed.operator().done(bed.operator().start(job, "FULL"));
    return bed.api().get("/pools/" + place.poolId()).path("storedBytes").asLong();
  }
}
