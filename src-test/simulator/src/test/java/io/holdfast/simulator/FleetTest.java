package io.holdfast.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many small VMs on many hosts. */
class FleetTest {
  @Test
  @Tag("SIM-02")
  void fiveHundredVmsAreListedQuicklyAndRunOnPaper(@TempDir Path folder) throws Exception {
    try (SimulatorProcess simulator =
        new SimulatorProcess(
            folder.resolve("state"),
            "--password",
            "right",
            "--json-style",
            "native",
            "--fleet",
            "500x20")) {
      CasClient cas = new CasClient(simulator, "right");
      assertEquals(20, cas.get("/host/").get("host").size());
      long begin = System.nanoTime();
      JsonNode all = cas.get("/vm/vmList").get("domain");
      long millis = (System.nanoTime() - begin) / 1_000_000;
      assertEquals(500, all.size());
      assertTrue(millis < 2000, "listed in " + millis + " ms");
      int running = 2;
      assertEquals(2, cas.get("/vm/" + running).get("status").asInt());
      cas.done("POST", "/vm/snapshot", "{\"vmId\":2,\"name\":\"s\",\"snapType\":1}");
      assertFalse(
          simulator.lab("GET", "/lab/vm", "").toString().contains("\"qemu\":true"),
          "a snapshot needs no QEMU");
      String own = digest(simulator, 2);
      assertNotEquals(own, digest(simulator, 3), "no two VMs have the same content");
      cas.done("DELETE", "/vm/snapshot/2/s", "");
      assertEquals(own, digest(simulator, 2));
      cas.done("PUT", "/vm/2/cbt", "{\"enable\":true}");
      assertTrue(cas.get("/vm/2/cbt").get("valid").asBoolean());
      simulator.lab("POST", "/guest/2/write", "{\"offset\":0,\"length\":65536,\"pattern\":1}");
      assertNotEquals(own, digest(simulator, 2));
    }
  }

  private static String digest(SimulatorProcess simulator, int vm) throws Exception {
    return simulator.lab("GET", "/guest/" + vm + "/digest", "").get("sha256").asText();
  }
}
