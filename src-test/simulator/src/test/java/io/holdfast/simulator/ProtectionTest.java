package io.holdfast.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.Command;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots, changed blocks and the data plane over real QEMU disks. */
class ProtectionTest {
  private static final int MIB = 1 << 20;

  @TempDir static Path folder;
  static SimulatorProcess simulator;
  static CasClient cas;

  @BeforeAll
  static void start() throws IOException {
    simulator =
        new SimulatorProcess(folder.resolve("state"), "--password", "right", "--page-limit", "2");
    cas = new CasClient(simulator, "right");
  }

  @AfterAll
  static void stop() throws Exception {
    simulator.close();
  }

  private static int vm(String name) throws Exception {
    String content =
        "[{\"offset\":0,\"length\":"
            + 3 * MIB
            + ",\"kind\":\"random\",\"seed\":5},{\"offset\":"
            + MIB
            + ",\"length\":65536,\"kind\":\"pattern\",\"pattern\":17}]";
    String disk =
        "{\"sizeBytes\":67109376,\"chainDepth\":3,\"content\":"
            + content
            + "},{\"sizeBytes\":8388608}";
    JsonNode made =
        simulator.lab(
            "POST",
            "/lab/vm",
            "{\"name\":\"" + name + "\",\"running\":true,\"disks\":[" + disk + "]}");
    return made.get("id").asInt();
  }

  private static void write(int vm, long offset, int length, int seed) throws Exception {
    simulator.lab(
        "POST",
        "/guest/" + vm + "/write",
        "{\"device\":\"vda\",\"offset\":"
            + offset
            + ",\"length\":"
            + length
            + ",\"seed\":"
            + seed
            + "}");
  }

  private static String digest(int vm) throws Exception {
    return simulator.lab("GET", "/guest/" + vm + "/digest?device=vda", "").get("sha256").asText();
  }

  /** Takes a snapshot and returns the tracking point of the first disk, or null. */
  private static String snapshot(int vm, String name, int type) throws Exception {
    cas.done(
        "POST",
        "/vm/snapshot",
        "{\"vmId\":" + vm + ",\"name\":\"" + name + "\",\"snapType\":" + type + "}");
    List<JsonNode> parts = cas.get("/vm/snapshot/" + vm).findValues("disks");
    return Json.text(parts.get(parts.size() - 1).get(0), "bitmapId", null);
  }

  private static void delete(int vm, String name) throws Exception {
    cas.done("DELETE", "/vm/snapshot/" + vm + "/" + name, "");
  }

  private static List<String> changes(int vm, String since, String snapshot) throws Exception {
    List<String> result = new ArrayList<>();
    String offset = "0";
    JsonNode page;
    do {
      page =
          cas.get(
              "/vm/"
                  + vm
                  + "/cbt/changes?device=vda&since="
                  + since
                  + "&snapshot="
                  + snapshot
                  + "&offset="
                  + offset);
      List<JsonNode> areas = Json.list(page, "areas");
      assertTrue(areas.size() <= 2, "the page limit holds");
      areas.forEach(a -> result.add(a.get("offset").asText() + "+" + a.get("length").asText()));
      offset = page.get("next").asText();
    } while (page.get("more").asText().equals("true"));
    return result;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @Tag("SIM-01")
  void changesBetweenSnapshotsAreExact(int type) throws Exception {
    int vm = vm("exact-" + type);
    cas.done("PUT", "/vm/" + vm + "/cbt", "{\"enable\":true}");
    String full = snapshot(vm, "full", type);
    write(vm, 5L * MIB, 4096, 1);
    write(vm, 20L * MIB + 512, 65536, 2);
    delete(vm, "full");
    write(vm, 40L * MIB, 65536, 3);
    write(vm, 64L * MIB, 512, 4);
    String first = snapshot(vm, "first", type);
    assertEquals(
        List.of(
            range(5 * MIB, 65536),
            range(20 * MIB, 131072),
            range(40 * MIB, 65536),
            range(64 * MIB, 512)),
        changes(vm, full, "first"));
    write(vm, 6L * MIB, 65536, 5);
    delete(vm, "first");
    String second = snapshot(vm, "second", 1 - type);
    assertEquals(List.of(range(6 * MIB, 65536)), changes(vm, first, "second"), "incremental");
    assertEquals(5, changes(vm, full, "second").size(), "differential");
    assertEquals(
        "",
        cas.send("DELETE", "/vm/" + vm + "/cbt/points?drop=" + first + ",b99-none", "")
            .headers()
            .firstValue("Error-Code")
            .orElse(""));
    assertEquals(5, changes(vm, full, "second").size(), "what lies between the others stays");
    assertEquals(
        9103, assertThrows(CasClient.Refused.class, () -> changes(vm, first, "second")).code);
    delete(vm, "second");
    assertFalse(cas.get("/vm/snapshot/" + vm).has("snapshot"));
  }

  private static String range(long offset, long length) {
    return offset + "+" + length;
  }

  @Test
  @Tag("SIM-01")
  void nestedExternalSnapshotsKeepContentAndChanges() throws Exception {
    int vm = vm("nested");
    cas.done("PUT", "/vm/" + vm + "/cbt", "{\"enable\":true}");
    String one = snapshot(vm, "one", 1);
    write(vm, 5L * MIB, 65536, 1);
    String digestTwo = digest(vm);
    String two = snapshot(vm, "two", 1);
    write(vm, 9L * MIB, 65536, 2);
    String now = digest(vm);
    delete(vm, "one");
    assertEquals(List.of(range(5 * MIB, 65536)), changes(vm, one, "two"));
    assertEquals(
        digestTwo,
        simulator
            .lab("GET", "/guest/" + vm + "/digest?device=vda&snapshot=two", "")
            .get("sha256")
            .asText());
    delete(vm, "two");
    assertEquals(now, digest(vm));
    snapshot(vm, "three", 0);
    assertEquals(List.of(range(9 * MIB, 65536)), changes(vm, two, "three"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  @Tag("SIM-03")
  void theDataPlaneShowsTheInstantOfTheSnapshotWhileTheGuestWrites(int type) throws Exception {
    int vm = vm("instant-" + type);
    String before = digest(vm);
    snapshot(vm, "s", type);
    simulator.lab("POST", "/guest/" + vm + "/load", "{\"bytesPerSecond\":8388608}");
    try (CvdClient cvd = new CvdClient(simulator.hostAddress(), "right")) {
      JsonNode open = cvd.openSnapshot(vm, "vda", "s");
      assertEquals(67109376, open.get("size").asLong());
      int port = open.get("dataPort").asInt();
      assertTrue(port >= 30000 && port <= 30999, "port " + port);
      assertEquals(before, cvd.sha256(open, folder.resolve("copy" + type)));
      assertTrue(
          simulator.lab("POST", "/guest/" + vm + "/load", "{\"stop\":true}").get("writes").asLong()
              > 0);
      String after = digest(vm);
      assertNotEquals(before, after);
      delete(vm, "s");
      assertEquals(after, digest(vm), "removing the snapshot changes nothing");
      assertEquals(
          "NO_HANDLE",
          cvd.call("info", Json.object().put("handle", open.get("handle").asText()))
              .get("code")
              .asText());
    }
  }

  @Test
  @Tag("SIM-01")
  void aPowerCycleLosesTracking() throws Exception {
    int vm = vm("cycle");
    cas.done("PUT", "/vm/" + vm + "/cbt", "{\"enable\":true}");
    String point = snapshot(vm, "a", 1);
    delete(vm, "a");
    cas.done("PUT", "/vm/stop/" + vm, "");
    cas.done("PUT", "/vm/start/" + vm, "");
    JsonNode cbt = cas.get("/vm/" + vm + "/cbt");
    assertEquals("false", cbt.get("valid").asText());
    assertEquals("powerCycle", cbt.get("reason").asText());
    assertEquals(null, snapshot(vm, "b", 1), "no point is marked while tracking is void");
    assertEquals(9102, assertThrows(CasClient.Refused.class, () -> changes(vm, point, "b")).code);
  }

  @Test
  @Tag("SIM-01")
  void aKilledSimulatorFindsItsRunningVmsAgain() throws Exception {
    int vm = vm("survivor");
    cas.done("PUT", "/vm/" + vm + "/cbt", "{\"enable\":true}");
    String point = snapshot(vm, "before", 1);
    write(vm, 7L * MIB, 65536, 1);
    simulator.kill();
    simulator.start();
    write(vm, 7L * MIB + 65536, 65536, 2);
    delete(vm, "before");
    snapshot(vm, "after", 1);
    assertEquals(List.of(range(7 * MIB, 131072)), changes(vm, point, "after"));
    delete(vm, "after");
  }

  @Test
  @Tag("SIM-03")
  void restoredDisksTakeWritesAndStayThin() throws Exception {
    JsonNode task =
        cas.done(
            "POST",
            "/vm/add",
            "{\"name\":\"target\",\"hostId\":1,\"memory\":512,\"storage\":{\"poolName\":\"share01\",\"capacity\":64,\"dirName\":\"target_dir\"}}");
    int vm = task.get("targetId").asInt();
    try (CvdClient cvd = new CvdClient(simulator.hostAddress(), "right")) {
      JsonNode open =
          cvd.call(
              "open",
              Json.object().put("path", "/vms/share01/target_dir/target").put("mode", "rw"));
      assertTrue(open.get("ok").asBoolean(), open.toString());
      Command.run(
          List.of(
              "qemu-io",
              "-f",
              "raw",
              "-c",
              "write -P 7 1M 2M",
              "-c",
              "discard 2M 1M",
              cvd.uri(open)));
      assertEquals(
          "BUSY",
          cvd.call("open", Json.object().put("vmId", vm).put("device", "vda").put("mode", "rw"))
              .get("code")
              .asText());
      assertTrue(
          cvd.call("close", Json.object().put("handle", open.get("handle").asText()))
              .get("ok")
              .asBoolean());
    }
    JsonNode areas = cas.get("/vm/" + vm + "/allocated?device=vda");
    assertEquals(
        range(MIB, MIB),
        areas.get("areas").get("offset").asText()
            + "+"
            + areas.get("areas").get("length").asText());
    assertTrue(
        simulator
                .lab("GET", "/guest/target/allocated-bytes?device=vda", "")
                .get("allocatedBytes")
                .asLong()
            < 2L * MIB);
    cas.done("PUT", "/vm/start/" + vm, "");
  }

  @Test
  @Tag("SIM-07")
  @Tag("SIM-03")
  void dataPlaneFaultsHitTheOrderedRequest() throws Exception {
    int vm = vm("faulty");
    snapshot(vm, "s", 1);
    try (CvdClient cvd = new CvdClient(simulator.hostAddress(), "right")) {
      String uri = cvd.uri(cvd.openSnapshot(vm, "vda", "s"));
      for (String action : List.of("io-error", "short-read", "corrupt-reply", "drop")) {
        simulator.lab(
            "POST",
            "/faults",
            "{\"match\":\"data-plane read\",\"nth\":2,\"action\":\"" + action + "\"}");
        List<String> read =
            List.of("qemu-io", "-r", "-f", "raw", "-c", "read 0 64k", "-c", "read 64k 64k", uri);
        IOException failure = assertThrows(IOException.class, () -> Command.run(read), action);
        assertTrue(failure.getMessage().contains("qemu-io"), action);
        simulator.lab("DELETE", "/faults", "");
        Command.run(read);
      }
    }
  }

  @Test
  @Tag("SIM-03")
  void aSixthDataConnectionIsRefused() throws Exception {
    int vm = vm("crowded");
    snapshot(vm, "s", 1);
    try (CvdClient cvd = new CvdClient(simulator.hostAddress(), "right")) {
      int port = cvd.openSnapshot(vm, "vda", "s").get("dataPort").asInt();
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Socket socket = new Socket(simulator.hostAddress(), port);
        sockets.add(socket);
        assertEquals(i < 5 ? 'N' : -1, socket.getInputStream().read(), "connection " + (i + 1));
      }
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
