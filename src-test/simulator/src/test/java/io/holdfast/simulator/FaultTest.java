package io.holdfast.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults at the n-th call: lists of areas that are wrong, wrong data, tasks that misbehave. */
class FaultTest {
  private static final long SIZE = 16 << 20;
  private static final String CHANGES = "GET /vm/\\\\d+/cbt/changes.*";

  @TempDir static Path folder;
  static SimulatorProcess simulator;
  static CasClient cas;
  static int vm;
  static String since;

  @BeforeAll
  static void start() throws Exception {
    simulator =
        new SimulatorProcess(
            folder.resolve("state"), "--password", "right", "--json-style", "native");
    cas = new CasClient(simulator, "right");
    vm =
        simulator
            .lab(
                "POST",
                "/lab/vm",
                "{\"name\":\"f\",\"running\":true,\"cbt\":true,\"disks\":[{\"sizeBytes\":"
                    + SIZE
                    + ",\"content\":[{\"offset\":0,\"length\":1048576,\"kind\":\"random\"}]}]}")
            .get("id")
            .asInt();
    snapshot("one");
    since =
        cas.get("/vm/" + vm + "/cbt")
            .get("disks")
            .get(0)
            .get("points")
            .get(0)
            .get("bitmapId")
            .asText();
    for (int i = 0; i < 4; i++) {
      simulator.lab(
          "POST", "/guest/f/write", "{\"offset\":" + i * 262144 + ",\"length\":65536,\"seed\":1}");
    }
    snapshot("two");
  }

  private static void snapshot(String name) throws Exception {
    cas.done(
        "POST", "/vm/snapshot", "{\"vmId\":" + vm + ",\"name\":\"" + name + "\",\"snapType\":1}");
  }

  @AfterAll
  static void stop() throws Exception {
    simulator.close();
  }

  @AfterEach
  void noFaults() throws Exception {
    simulator.lab("DELETE", "/faults", "");
  }

  private static int fault(String match, String action, Map<String, ?> more) throws Exception {
    ObjectNode order = Json.object().put("action", action);
    more.forEach((name, value) -> order.put(name, String.valueOf(value)));
    String body = order.toString();
    if (!match.isEmpty()) {
      body = body.replaceFirst("\\{", "{\"match\":\"" + match.replace("\\", "\\\\") + "\",");
    }
    return simulator.lab("POST", "/faults", body).get("id").asInt();
  }

  private static JsonNode changes() throws Exception {
    return cas.get(
        "/vm/" + vm + "/cbt/changes?device=vda&since=" + since + "&snapshot=two&offset=0");
  }

  /** Whether a page is a proper list that reaches the end of the disk. */
  private static boolean proper(JsonNode page) {
    long at = 0;
    for (JsonNode area : page.path("areas")) {
      long offset = area.get("offset").asLong(-1);
      long length = area.get("length").asLong(-1);
      boolean good = offset >= at && length > 0 && offset % 65536 == 0 && length % 65536 == 0;
      if (!good || offset + length > SIZE) {
        return false;
      }
      at = offset + length;
    }
    return page.has("areas")
        && page.get("granularity").asLong() == 65536
        && page.get("next").asLong() == SIZE
        && !page.get("more").asBoolean();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "areas-unordered", "areas-overlap", "areas-twice", "areas-outside", "areas-beyond-end",
        "areas-negative", "areas-empty-area", "areas-unaligned", "areas-truncated", "areas-loop",
        "areas-garbage", "areas-no-list", "areas-wrong-granularity"
      })
  @Tag("SIM-07")
  void listsThatCanBeSeenToBeWrong(String action) throws Exception {
    fault(CHANGES, action, Map.of("nth", 2));
    assertTrue(proper(changes()), "the first call is left alone");
    assertFalse(proper(changes()));
    assertTrue(proper(changes()), "the fault fires once");
  }

  @ParameterizedTest
  @ValueSource(strings = {"areas-missing", "areas-none"})
  @Tag("SIM-07")
  void listsThatOnlyTheDataCanProveWrong(String action) throws Exception {
    assertEquals(4, changes().get("areas").size());
    fault(CHANGES, action, Map.of());
    JsonNode page = changes();
    assertTrue(proper(page));
    assertTrue(page.get("areas").size() < 4);
  }

  @Test
  @Tag("SIM-07")
  void anAreaOfChoiceIsFalselyUnchanged() throws Exception {
    fault(CHANGES, "areas-missing", Map.of("offset", 262144));
    JsonNode page = changes();
    assertEquals(3, page.get("areas").size());
    assertFalse(page.toString().contains("262144"));
  }

  @Test
  @Tag("SIM-07")
  void wrongDataOfOneVmPassesForGood() throws Exception {
    try (CvdClient cvd = new CvdClient(simulator.hostAddress(), "right")) {
      JsonNode open = cvd.openSnapshot(vm, "vda", "one");
      String good = cvd.sha256(open, folder.resolve("good"));
      fault("data-plane read", "wrong-data", Map.of("vm", "another"));
      assertEquals(good, cvd.sha256(open, folder.resolve("same")));
      simulator.lab("DELETE", "/faults", "");
      fault("data-plane read", "wrong-data", Map.of("vm", "f", "device", "vda"));
      assertFalse(good.equals(cvd.sha256(open, folder.resolve("bad"))), "one byte is wrong");
    }
  }

  @Test
  @Tag("SIM-07")
  void readErrorsCarryTheirNumber() throws Exception {
    try (CvdClient cvd = new CvdClient(simulator.hostAddress(), "right")) {
      JsonNode open = cvd.openSnapshot(vm, "vda", "one");
      fault("data-plane read", "io-error", Map.of("errno", 28));
      IOException failure =
          assertThrows(
              IOException.class, () -> Command.run(List.of("nbdcopy", cvd.uri(open), "null:")));
      assertTrue(failure.getMessage().contains("No space"), failure.getMessage());
    }
  }

  @Test
  @Tag("SIM-07")
  void tasksAreSlowNeverEndOrFailAfterAll() throws Exception {
    String delete = "DELETE /vm/snapshot/.*";
    fault("POST /vm/snapshot", "task-done-but-fails", Map.of());
    JsonNode task =
        cas.task("POST", "/vm/snapshot", "{\"vmId\":" + vm + ",\"name\":\"three\",\"snapType\":1}");
    assertEquals(1, task.get("result").asInt());
    assertTrue(cas.get("/vm/snapshot/" + vm).toString().contains("three"), "it was done");
    fault(delete, "task-slow", Map.of("ms", 300));
    long begin = System.nanoTime();
    cas.done("DELETE", "/vm/snapshot/" + vm + "/three", "");
    assertTrue(System.nanoTime() - begin >= 300_000_000L);
    int never = fault(delete, "task-never", Map.of());
    String id = cas.call("DELETE", "/vm/snapshot/" + vm + "/two", "").get("msgId").asText();
    Thread.sleep(200);
    assertFalse(cas.get("/message/" + id).get("completed").asBoolean());
    simulator.lab("DELETE", "/faults/" + never, "");
    for (int i = 0; i < 100 && !cas.get("/message/" + id).get("completed").asBoolean(); i++) {
      Thread.sleep(20);
    }
    assertEquals(1, cas.get("/message/" + id).get("result").asInt());
    assertTrue(cas.get("/vm/snapshot/" + vm).toString().contains("two"));
  }

  @Test
  @Tag("SIM-02")
  void migrationsTakeTimeRefuseSnapshotsAndCloseWhatIsOpen() throws Exception {
    int moving =
        simulator
            .lab(
                "POST",
                "/lab/vm",
                "{\"name\":\"moving\",\"running\":true,\"disks\":[{\"sizeBytes\":1048576}]}")
            .get("id")
            .asInt();
    String body = "{\"id\":" + moving + ",\"hostId\":2}";
    String snapshot = "{\"vmId\":" + moving + ",\"name\":\"s\",\"snapType\":1}";
    cas.done("POST", "/vm/snapshot", snapshot);
    try (CvdClient cvd = new CvdClient(simulator.hostAddress(), "right")) {
      String handle = cvd.openSnapshot(moving, "vda", "s").get("handle").asText();
      fault("PUT /vm/migrate", "task-slow", Map.of("ms", 300));
      String task = cas.call("PUT", "/vm/migrate", body).get("msgId").asText();
      assertEquals(1, cas.get("/vm/" + moving).get("migrating").asInt());
      assertEquals(
          1006,
          assertThrows(
                  CasClient.Refused.class,
                  () -> cas.call("POST", "/vm/snapshot", snapshot.replace("\"s\"", "\"t\"")))
              .code);
      for (int i = 0; i < 200 && !cas.get("/message/" + task).get("completed").asBoolean(); i++) {
        Thread.sleep(20);
      }
      assertEquals(2, cas.get("/vm/" + moving).get("hostId").asInt());
      JsonNode gone = cvd.call("info", Json.object().put("handle", handle));
      assertEquals("NO_HANDLE", gone.get("code").asText());
      assertEquals("WRONG_HOST", cvd.openSnapshot(moving, "vda", "s").get("code").asText());
    }
    fault("PUT /vm/migrate", "task-fails", Map.of());
    assertEquals(1, cas.task("PUT", "/vm/migrate", body).get("result").asInt());
    assertEquals(0, cas.get("/vm/" + moving).get("migrating").asInt(), "a failed one is over");
    simulator.lab("DELETE", "/lab/vm/moving", "");
  }

  @Test
  @Tag("SIM-07")
  void aCallHangsUntilTheFaultIsDeleted() throws Exception {
    int hang = fault("GET /version", "hang", Map.of());
    Thread release =
        new Thread(
            () -> {
              try {
                Thread.sleep(300);
                simulator.lab("DELETE", "/faults/" + hang, "");
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    release.start();
    long begin = System.nanoTime();
    cas.get("/version");
    assertTrue(System.nanoTime() - begin >= 250_000_000L);
    release.join();
  }

  @Test
  @Tag("SIM-02")
  void releasesDifferAsTheGuidesTell() throws Exception {
    String point = "E0760";
    simulator.lab("PUT", "/lab/platform", "{\"release\":\"" + point + "\"}");
    try {
      assertEquals(
          9101,
          assertThrows(CasClient.Refused.class, FaultTest::changes).code,
          "online incremental");
      try (CvdClient cvd = new CvdClient(simulator.hostAddress(), "right")) {
        int port = cvd.openSnapshot(vm, "vda", "one").get("dataPort").asInt();
        assertTrue(port >= 10000 && port <= 30000, "port " + port);
      }
      simulator.lab("PUT", "/lab/platform", "{\"release\":\"E0730\"}");
      snapshot("old");
      assertFalse(
          cas.get("/vm/" + vm + "/cbt").toString().contains("\"old\""),
          "external snapshots mark no points before E0760");
      cas.done("DELETE", "/vm/snapshot/" + vm + "/old", "");
      simulator.lab("PUT", "/lab/platform", "{\"release\":\"E0710\"}");
      String volume =
          "{\"hostId\":1,\"spName\":\"share01\",\"volName\":\"v\",\"capacity\":1,\"dirName\":\"d\"}";
      assertEquals(
          1305,
          assertThrows(CasClient.Refused.class, () -> cas.call("POST", "/storage/volume", volume))
              .code);
      simulator.lab("PUT", "/lab/platform", "{\"release\":\"UIS E0750P11\",\"arch\":\"aarch64\"}");
      assertEquals("UIS", cas.get("/version").get("product").asText());
      assertEquals("aarch64", cas.get("/host/id/1").get("arch").asText());
    } finally {
      simulator.lab("PUT", "/lab/platform", "{\"release\":\"E0785P03\",\"arch\":\"x86_64\"}");
    }
    assertEquals(4, changes().get("areas").size());
  }
}
