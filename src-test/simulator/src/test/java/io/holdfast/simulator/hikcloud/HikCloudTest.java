package io.holdfast.simulator.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.hikcloud.HikCloudClient.Signing;
import io.holdfast.simulator.json.Json;
import io.holdfast.toolkit.CephBed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulated platform over the test cluster. */
@Tag("SIM-04")
class HikCloudTest {
  @TempDir private static Path folder;

  private static CephBed ceph;
  private static HikCloudClient cloud;

  @BeforeAll
  static void start() throws IOException {
    ceph = CephBed.shared();
    cloud = new HikCloudClient(folder.resolve("cloud"), ceph.configuration());
  }

  @AfterAll
  static void end() {
    if (cloud != null) {
      cloud.close();
    }
  }

  private static JsonNode instance(String disks) throws Exception {
    return cloud.lab("POST", "/instances", "{\"disks\":[" + disks + "]}");
  }

  private static String start(JsonNode instance) throws Exception {
    String id = instance.get("id").asText();
    ObjectNode action = Json.object().put("type", "start");
    assertEquals(
        "success",
        cloud.task("POST", "/instances/" + id + "/action", action).get("status").asText());
    return id;
  }

  private static ObjectNode ofAll(JsonNode instance) {
    ObjectNode body = Json.object().put("instanceId", instance.get("id").asText());
    body.put("name", "holdfast-test").put("quiesce", true);
    instance.get("volumes").forEach(v -> body.withArray("volumeIds").add(v.get("id").asText()));
    return body;
  }

  @Test
  void requestsAreSignedOnceAndNow() throws Exception {
    long now = System.currentTimeMillis();
    assertEquals("V1.8.0", cloud.call("GET", "/version", null).get("version").asText());
    assertEquals(2, cloud.call("GET", "/hosts?page=1&size=50", null).get("list").size());
    for (Object[] wrong :
        new Object[][] {
          {new Signing("NOBODY", "SKLAB", "a", now), "HEC-40101"},
          {new Signing("AKLAB", "SKLAB", "b", now - 16 * 60_000), "HEC-40102"},
          {new Signing("AKLAB", "wrong", "c", now), "HEC-40103"},
        }) {
      var answer = cloud.send("GET", "/version", null, (Signing) wrong[0]);
      assertEquals(401, answer.statusCode());
      assertEquals(wrong[1], Json.parse(answer.body()).get("code").asText());
    }
    Signing twice = Signing.good();
    assertEquals(200, cloud.send("GET", "/version", null, twice).statusCode());
    assertEquals(401, cloud.send("GET", "/version", null, twice).statusCode());
  }

  @Test
  void snapshotsOfARunningInstanceAreRbdSnapshotsUnderTheTemplatesNames() throws Exception {
    JsonNode instance =
        instance("{\"sizeBytes\":67108864,\"ephemeral\":true},{\"sizeBytes\":33554432}");
    String id = start(instance);
    JsonNode volumes = cloud.call("GET", "/instances/" + id + "/volumes", null);
    assertEquals(id + "_disk", volumes.get(0).get("rbdName").asText());
    assertEquals(volumes.get(1).get("id"), volumes.get(1).get("rbdName"));
    assertTrue(ceph.rbd("status", id + "_disk").contains("watcher=127.0.0.1"));

    io(id, "write -P 0x41 0 65536");
    JsonNode task = cloud.task("POST", "/snapshots", ofAll(instance));
    assertEquals("success", task.get("status").asText(), task.toString());
    JsonNode made = task.get("result").get("snapshots");
    assertEquals(2, made.size());
    io(id, "write -P 0x42 8388608 4096");
    String name = made.get(0).get("rbdSnapName").asText();
    assertEquals(made.get(0).get("id").asText(), name);
    String difference = ceph.rbd("diff", "--format", "json", "--from-snap", name, id + "_disk");
    assertTrue(difference.contains("\"offset\":8388608,\"length\":4096"), difference);
    assertFalse(difference.contains("\"offset\":0,"), difference);
    assertEquals(
        "frozen, thawed by snapshot",
        cloud.lab("GET", "/instances/" + id, "").get("freezeLog").get(0).asText()
            + ", "
            + cloud.lab("GET", "/instances/" + id, "").get("freezeLog").get(1).asText());

    String snapshot = made.get(0).get("id").asText();
    cloud.call("PUT", "/snapshots/" + snapshot, Json.object().put("name", "kept"));
    JsonNode listed =
        cloud.call("GET", "/snapshots?volumeId=" + made.get(0).get("volumeId").asText(), null);
    assertEquals("kept", listed.get("list").get(0).get("name").asText());
    assertTrue(ceph.rbd("snap", "ls", id + "_disk").contains(name));
    assertEquals(
        "HEC-40901", cloud.refusal("POST", "/snapshots/" + snapshot + "/rollback", Json.object()));
    ObjectNode stop = Json.object().put("type", "stop");
    cloud.task("POST", "/instances/" + id + "/action", stop);
    cloud.task("POST", "/snapshots/" + snapshot + "/rollback", Json.object());
    assertFalse(ceph.rbd("diff", "--format", "json", id + "_disk").contains("8388608"));
    assertEquals(
        "success", cloud.task("DELETE", "/snapshots/" + snapshot, null).get("status").asText());
    assertFalse(ceph.rbd("snap", "ls", id + "_disk").contains(snapshot));
    assertEquals("HEC-40401", cloud.refusal("DELETE", "/snapshots/" + snapshot, null));
  }

  private static void io(String id, String command) throws Exception {
    cloud.lab(
        "POST",
        "/instances/" + id + "/io",
        Json.object().put("disk", 0).put("command", command).toString());
  }

  @Test
  void aFrozenGuestWritesNothingUntilItIsThawedByItsWatchdog() throws Exception {
    JsonNode instance = instance("{\"sizeBytes\":16777216}");
    String id = start(instance);
    ObjectNode freeze = Json.object().put("type", "freeze").put("timeoutSec", 2);
    cloud.task("POST", "/instances/" + id + "/action", freeze);
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              try {
                io(id, "write -P 0x43 0 4096");
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertThrows(
        java.util.concurrent.TimeoutException.class, () -> writing.get(1, TimeUnit.SECONDS));
    writing.get(20, TimeUnit.SECONDS);
    JsonNode log = cloud.lab("GET", "/instances/" + id, "").get("freezeLog");
    assertEquals("thawed by timeout", log.get(1).asText());
  }

  @Test
  void statesAndAMissingAgentRefuse() throws Exception {
    JsonNode instance = instance("{\"sizeBytes\":16777216}");
    String id = start(instance);
    cloud.lab("POST", "/instances/" + id + "/qga", "{\"running\":false}");
    assertEquals("HEC-40902", cloud.refusal("POST", "/snapshots", ofAll(instance)));
    for (String state : new String[] {"SUSPENDED", "SHELVED", "SHELVED_OFFLOADED"}) {
      cloud.lab("POST", "/instances/" + id + "/status", "{\"status\":\"" + state + "\"}");
      assertEquals(state, cloud.call("GET", "/instances/" + id, null).get("status").asText());
      assertEquals("HEC-40901", cloud.refusal("POST", "/snapshots", ofAll(instance)));
      ObjectNode start = Json.object().put("type", "start");
      JsonNode task = cloud.task("POST", "/instances/" + id + "/action", start);
      assertEquals("failed", task.get("status").asText());
    }
  }

  @Test
  void aSnapshotWithACloneIsNotDeleted() throws Exception {
    JsonNode instance = instance("{\"sizeBytes\":16777216}");
    ObjectNode body = ofAll(instance).put("quiesce", false);
    JsonNode made = cloud.task("POST", "/snapshots", body).get("result").get("snapshots").get(0);
    String path = instance.get("volumes").get(0).get("rbdName").asText();
    path += "@" + made.get("rbdSnapName").asText();
    ceph.rbd("snap", "protect", path);
    JsonNode task = cloud.task("DELETE", "/snapshots/" + made.get("id").asText(), null);
    assertEquals("HEC-40921", task.get("errorCode").asText(), task.toString());
  }

  @Test
  void faultsAreOrderedAndEnd() throws Exception {
    cloud.lab(
        "POST",
        "/faults",
        "{\"match\":\"GET .*/storages\",\"action\":\"error-code\",\"status\":429,\"times\":2}");
    assertEquals("HEC-42901", cloud.refusal("GET", "/storages", null));
    assertEquals("HEC-42901", cloud.refusal("GET", "/storages", null));
    assertEquals("rbd", cloud.call("GET", "/storages", null).get(0).get("id").asText());
    cloud.lab(
        "POST",
        "/faults",
        "{\"match\":\"POST .*/snapshots\",\"action\":\"task-fail-after\",\"times\":1}");
    JsonNode instance = instance("{\"sizeBytes\":16777216}");
    ObjectNode body = ofAll(instance).put("quiesce", false);
    assertEquals("failed", cloud.task("POST", "/snapshots", body).get("status").asText());
    // It failed after the deed: the snapshot is there.
    String volume = instance.get("volumes").get(0).get("id").asText();
    assertEquals(1, cloud.call("GET", "/snapshots?volumeId=" + volume, null).get("total").asInt());
    cloud.lab("DELETE", "/faults", "");
  }

  @Test
  void aKilledPlatformComesBackWithItsInstances(@TempDir Path other) throws Exception {
    try (HikCloudClient second = new HikCloudClient(other.resolve("c"), ceph.configuration())) {
      JsonNode instance =
          second.lab("POST", "/instances", "{\"disks\":[{\"sizeBytes\":16777216}]}");
      String id = instance.get("id").asText();
      second.lab("POST", "/instances/" + id + "/status", "{\"status\":\"ACTIVE\"}");
      second.kill();
      second.start();
      assertEquals("ACTIVE", second.call("GET", "/instances/" + id, null).get("status").asText());
      second.lab("POST", "/instances/" + id + "/io", "{\"command\":\"write -P 1 0 4096\"}");
      second.lab("DELETE", "/instances/" + id, "");
      assertEquals("HEC-40401", second.refusal("GET", "/instances/" + id, null));
    }
  }
}
