package io.holdfast.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.qemu.Command;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CVM's REST interface as clients see it. */
@Tag("SIM-01")
class CvmProtocolTest {
  @TempDir static Path folder;
  static SimulatorProcess simulator;
  static CasClient cas;

  @BeforeAll
  static void start() throws IOException {
    simulator = new SimulatorProcess(folder.resolve("a state 文件夹"), "--password", "right");
    cas = new CasClient(simulator, "right");
  }

  @AfterAll
  static void stop() throws Exception {
    simulator.close();
  }

  @AfterEach
  void forgetFaults() throws Exception {
    simulator.lab("DELETE", "/faults", "");
  }

  @Test
  void digestIsAskedForAndAccepted() throws Exception {
    HttpResponse<byte[]> first =
        new CasClient(simulator, "right").once("GET", "/operator/test", "");
    assertEquals(401, first.statusCode());
    String challenge = first.headers().firstValue("WWW-Authenticate").orElseThrow();
    assertTrue(
        challenge.startsWith("Digest realm=\"VMC RESTful Web Services\", qop=\"auth\""), challenge);
    assertEquals(204, cas.send("GET", "/operator/test", "").statusCode());
  }

  @Test
  void wrongPasswordAndBasicAreRefused() throws Exception {
    HttpResponse<byte[]> wrong = new CasClient(simulator, "wrong").send("GET", "/version", "");
    assertEquals(401, wrong.statusCode());
    assertFalse(wrong.headers().firstValue("WWW-Authenticate").orElseThrow().contains("stale"));
    HttpRequest basic =
        HttpRequest.newBuilder(URI.create(simulator.cvm() + "/cas/casrs/version"))
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder()
                        .encodeToString(
                            "admin:right".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .build();
    assertEquals(
        401,
        HttpClient.newHttpClient()
            .send(basic, HttpResponse.BodyHandlers.discarding())
            .statusCode());
  }

  /** One call by curl with Digest; {@code more} are further arguments. */
  private static String curl(String path, String... more) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sf", "--digest", "-u", "admin:right"));
    command.addAll(List.of(more));
    command.add(simulator.cvm() + "/cas/casrs" + path);
    return Command.run(command);
  }

  @Test
  @Tag("SIM-01")
  void curlDrivesItInJsonAndInXml() throws Exception {
    assertTrue(curl("/version").contains("\"casVersion\":\"E0785P03\""));
    String[] xml = {"-H", "Accept: application/xml", "-H", "Content-Type: application/xml"};
    String hosts = curl("/host/", xml);
    assertTrue(hosts.contains("<list><host type=\"kvm\"><id>1</id>"), hosts);
    int vm =
        simulator
            .lab("POST", "/lab/vm", "{\"name\":\"by-hand\",\"disks\":[{\"sizeBytes\":1048576}]}")
            .get("id")
            .asInt();
    String one = curl("/vm/" + vm, xml);
    assertTrue(one.contains("<domain><id>" + vm + "</id>"), one);
    String body =
        "<snapshot><vmId>" + vm + "</vmId><name>a&amp;b</name><snapType>1</snapType></snapshot>";
    String task = curl("/vm/snapshot", xml[0], xml[1], xml[2], xml[3], "-X", "POST", "-d", body);
    String id = task.replaceAll("(?s).*<taskMsg><msgId>(\\d+)<.*", "$1");
    String record = "";
    for (int i = 0; i < 300 && !record.contains("<completed>true"); i++) {
      Thread.sleep(20);
      record = curl("/message/" + id, xml);
    }
    assertTrue(record.contains("<result>0</result>"), record);
    assertEquals("a&b", cas.get("/vm/snapshot/" + vm).get("snapshot").get("name").asText());
  }

  @Test
  @Tag("SIM-07")
  void anExpiredSessionIsStale() throws Exception {
    cas.get("/version");
    simulator.lab("POST", "/faults", "{\"match\":\"GET /version\",\"action\":\"expire-session\"}");
    HttpResponse<byte[]> stale = cas.once("GET", "/version", "");
    assertEquals(401, stale.statusCode());
    assertTrue(stale.headers().firstValue("WWW-Authenticate").orElseThrow().endsWith("stale=true"));
    assertEquals("E0785P03", cas.get("/version").get("casVersion").asText());
  }

  @Test
  void scalarsAreTextAndOneElementListsCollapse() throws Exception {
    JsonNode pools = cas.get("/hostpool/all");
    assertTrue(pools.get("hostPool").isObject(), pools.toString());
    assertTrue(pools.get("hostPool").get("id").isTextual());
    JsonNode hosts = cas.get("/host/");
    assertEquals(2, hosts.get("host").size());
    assertEquals("kvm", hosts.get("host").get(0).get("@type").asText());
    assertFalse(cas.get("/vm/vmList?domainName=nobody").has("domain"), "an empty list is missing");
  }

  @Test
  void businessErrorsAre409WithGbkHeader() throws Exception {
    CasClient.Refused refused = assertThrows(CasClient.Refused.class, () -> cas.get("/vm/4711"));
    assertEquals(409, refused.status);
    assertEquals(1001, refused.code);
    assertEquals("虚拟机不存在：4711", refused.words);
    assertEquals(404, cas.send("GET", "/message/1", "").statusCode());
    assertEquals(405, cas.send("PUT", "/version", "").statusCode());
  }

  @Test
  @Tag("SIM-07")
  void aTaskCanCompleteWithoutHavingSucceeded() throws Exception {
    int vm =
        simulator
            .lab("POST", "/lab/vm", "{\"name\":\"sleepy\",\"disks\":[{\"sizeBytes\":1048576}]}")
            .get("id")
            .asInt();
    simulator.lab("POST", "/faults", "{\"match\":\"PUT /vm/start/.*\",\"action\":\"task-fails\"}");
    JsonNode task = cas.task("PUT", "/vm/start/" + vm, "");
    assertEquals("true", task.get("completed").asText());
    assertEquals("1", task.get("result").asText());
    assertTrue(task.get("failMsg").asText().endsWith("(1007)"), task.toString());
    assertEquals("3", cas.get("/vm/" + vm + "/status").get("status").asText());
  }

  @Test
  @Tag("SIM-07")
  void faultsFireOnTheOrderedCallOnly() throws Exception {
    simulator.lab(
        "POST",
        "/faults",
        "{\"match\":\"GET /version\",\"action\":\"status\",\"status\":503,\"nth\":2}");
    assertEquals(200, cas.send("GET", "/version", "").statusCode());
    assertEquals(503, cas.send("GET", "/version", "").statusCode());
    assertEquals(200, cas.send("GET", "/version", "").statusCode());
    simulator.lab(
        "POST", "/faults", "{\"match\":\"GET /profile\",\"action\":\"drop\",\"times\":0}");
    assertThrows(IOException.class, () -> cas.once("GET", "/profile", ""));
  }

  @Test
  @Tag("SIM-07")
  void aFullPoolFailsTheTaskAndLeavesNothing() throws Exception {
    simulator.lab("POST", "/faults", "{\"action\":\"storage-full\",\"pool\":\"share01\"}");
    String disks =
        "{\"poolName\":\"nfs01\",\"capacity\":1},{\"poolName\":\"share01\",\"capacity\":1}";
    JsonNode task =
        cas.task(
            "POST",
            "/vm/add",
            "{\"name\":\"too big\",\"hostId\":1,\"memory\":512,\"storage\":[" + disks + "]}");
    assertTrue(task.get("failMsg").asText().endsWith("(1302)"), task.toString());
    assertEquals("false", cas.get("/vm/isExist?name=too%20big").get("exist").asText());
    assertFalse(
        cas.get("/storage/volume?hostId=1&poolName=nfs01&volumeName=too%20big")
            .has("storageVolume"));
  }

  @Test
  void anyNameMakesAVmAndItsFilesStayInsideThePool() throws Exception {
    String name = "文 \\\"q'../" + "x".repeat(240);
    JsonNode vm =
        simulator.lab(
            "POST",
            "/lab/vm",
            "{\"name\":\"" + name + "\",\"disks\":[{\"sizeBytes\":1073742336}]}");
    JsonNode detail = cas.get("/vm/detail/" + vm.get("id").asText());
    assertEquals(vm.get("name").asText(), detail.get("name").asText());
    assertEquals("1073742336", detail.get("storage").get("sizeBytes").asText());
    assertEquals(
        3, detail.get("storage").get("path").asText().chars().filter(c -> c == '/').count());
  }

  @Test
  void restoreTargetsAreCheckedBeforeAnythingIsMade() {
    assertEquals(
        1306, refusedDisk("\"poolName\":\"lun01\",\"driveType\":\"qcow2\",\"capacity\":1"));
    assertEquals(1308, refusedDisk("\"poolName\":\"lun01\",\"driveType\":\"raw\",\"capacity\":1"));
    assertEquals(1305, refusedDisk("\"poolName\":\"share01\",\"capacity\":1,\"dirName\":\"-x\""));
    assertEquals(1305, refusedDisk("\"poolName\":\"share01\",\"capacity\":1,\"dirName\":\"123\""));
    assertEquals(1301, refusedDisk("\"poolName\":\"nowhere\",\"capacity\":1"));
    assertEquals(11, refusedDisk("\"poolName\":\"share01\",\"capacityBytes\":1000"));
  }

  @Test
  @Tag("SIM-03")
  void everyAddressOfAHostHasItsControlPort() throws Exception {
    JsonNode switches = cas.get("/host/id/1/vswitch").get("vSwitch");
    int found = 0;
    for (JsonNode v : switches) {
      String address = v.get("address").asText();
      if (!address.isEmpty()) {
        new CvdClient(address, "right").close();
        found++;
      }
    }
    assertEquals(2, found, "management and storage");
    assertThrows(IOException.class, () -> new CvdClient(simulator.hostAddress(), "wrong"));
  }

  private static int refusedDisk(String disk) {
    String body = "{\"name\":\"r\",\"hostId\":1,\"memory\":512,\"storage\":{" + disk + "}}";
    return assertThrows(CasClient.Refused.class, () -> cas.call("POST", "/vm/add", body)).code;
  }
}
