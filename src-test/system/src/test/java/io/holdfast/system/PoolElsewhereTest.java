package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Operator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A job whose pool is on another agent than its backup host. In an installation of its own: others
 * count on one agent.
 */
class PoolElsewhereTest {
  private static final long MIB = 1 << 20;

  @Test
  @Tag("OPT-02")
  @Tag("OPT-08")
  @Tag("RST-02")
  void aPoolOfAnotherAgentIsBackedUpToAndRestoredFromAndItsAbsenceIsTold() {
    try (Bed bed = Bed.own("two agents", Map.of())) {
      backUpAndRestore(bed);
    }
  }

  private static void backUpAndRestore(Bed bed) {
    StorageAgent storage = StorageAgent.start(bed);
    String pool =
        bed.operator()
            .createPool(
                Bed.name("elsewhere"), storage.id(), storage.folder("pool").toString(), "DEDUP");
    String vm = Bed.name("far");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(256 * MIB, "qcow2", List.of(Bed.content(0, 64 * MIB, "random", 5)))));
    Operator.Place place =
        new Operator.Place(bed.place().platformId(), bed.place().agentId(), pool);
    JsonNode node = bed.operator().vmNode(place.platformId(), vm);
    String job = bed.operator().createJob(Bed.name("far"), place, List.of(node), Map.of());

    bed.operator().done(bed.operator().start(job, "FULL"));
    bed.operator().done(bed.operator().start(job, "INCREMENTAL"));

    assertEquals(
        storage.id(), bed.api().get("/pools/" + pool).path("agentId").asText(), "shown in REST");
    RestoredCopy.assertIdentical(bed, vm);
    storage.kill();
    String run = bed.operator().start(job, "FULL");
    assertEquals("FAILED", bed.operator().ended(run).path("state").asText());
    String log = bed.api().get("/runs/" + run + "/log").toString();
    assertTrue(log.contains(Integer.toString(storage.port())), log);
    storage.startAgain();
    bed.operator().done(bed.operator().start(job, "FULL"));
  }
}
