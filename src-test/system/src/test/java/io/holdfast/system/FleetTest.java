package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatorProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A platform of 500 VMs on 20 hosts. What was open at once is taken from the platform's own record,
 * not from the product's.
 */
@ExtendWith(Bed.Shared.class)
class FleetTest {
  private static final int VMS = 500;
  private static final int HOSTS = 20;
  private static final int BACKED_UP = 100;
  private static final int PARALLEL_VMS = 6;

  /** Loose, for busy machines: what it takes on a quiet one stands in the release notes. */
  private static final long INVENTORY_SECONDS = 15;

  @TempDir Path folder;

  @Test
  @Tag("INV-01")
  @Tag("OPT-03")
  @Tag("OPT-04")
  @Tag("OPT-05")
  @Tag("SIM-01")
  void aHundredOfFiveHundredVmsNeverMoreAtOnceThanAllowed(Bed bed) throws Exception {
    try (SimulatorProcess simulator =
        SimulatorProcess.start(Bed.ROOT, folder, "127.63.1.1", "--fleet", VMS + "x" + HOSTS)) {
      Operator operator = bed.operator();
      String platform =
          operator.addCas(Bed.name("fleet"), simulator.cas().cvmPort(), bed.place().agentId());
      long begun = System.nanoTime();
      JsonNode inventory = bed.api().get("/platforms/" + platform + "/inventory?refresh=true");
      long millis = (System.nanoTime() - begun) / 1_000_000;
      System.err.println("inventory of " + VMS + " VMs: " + millis + " ms");
      assertTrue(millis < INVENTORY_SECONDS * 1000, millis + " ms");
      List<JsonNode> vms = new ArrayList<>();
      inventory.forEach(node -> addVm(vms, node));
      assertEquals(VMS, vms.stream().map(vm -> vm.path("id").asText()).distinct().count());

      Operator.Place place =
          new Operator.Place(platform, bed.place().agentId(), bed.place().poolId());
      String job =
          operator.createJob(
              Bed.name("fleet job"),
              place,
              vms.subList(0, BACKED_UP),
              Map.of("parallelVms", PARALLEL_VMS, "vmsPerHost", 1, "enableTracking", false));
      simulator.cas().lab().delete("/lab/usage");
      begun = System.nanoTime();
      JsonNode run = operator.done(operator.start(job, "FULL"));
      System.err.println(BACKED_UP + " VMs: " + (System.nanoTime() - begun) / 1_000_000 + " ms");
      assertEquals(BACKED_UP, run.path("vms").size());
      JsonNode peak = simulator.cas().lab().get("/lab/usage").path("peak");
      assertTrue(peak.path("vms").asInt() <= PARALLEL_VMS, peak.toString());
      assertTrue(peak.path("vms").asInt() > 1, "some at once: " + peak);
      assertEquals(1, peak.path("vmsPerHost").asInt(), peak.toString());
      assertEquals(1, peak.path("disksPerVm").asInt(), peak.toString());
      bed.api().delete("/jobs/" + job);
    }
  }

  private static void addVm(List<JsonNode> vms, JsonNode node) {
    if ("VM".equals(node.path("kind").asText())
        && vms.stream().noneMatch(vm -> vm.path("id").equals(node.path("id")))) {
      vms.add(node);
    }
  }
}
