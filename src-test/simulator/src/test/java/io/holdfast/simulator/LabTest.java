package io.holdfast.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lab port: shapes of VMs, events and the simulator's own records. */
class LabTest {
  private static final int MIB = 1 << 20;

  @TempDir static Path folder;
  static SimulatorProcess simulator;
  static CasClient cas;

  @BeforeAll
  static void start() throws IOException {
    simulator =
        new SimulatorProcess(
            folder.resolve("state"), "--password", "right", "--json-style", "native");
    cas = new CasClient(simulator, "right");
  }

  @AfterAll
  static void stop() throws Exception {
    simulator.close();
  }

  private static JsonNode lab(String method, String path, String body) throws Exception {
    return simulator.lab(method, path, body.replace('\'', '"'));
  }

  /** A VM with one disk of 8 MiB and more members, both given with single quotes. */
  private static int vm(String name, String disk, String more) throws Exception {
    String content = "'content':[{'offset':0,'length':65536,'kind':'random','seed':3}]";
    return lab(
            "POST",
            "/lab/vm",
            "{'name':'"
                + name
                + "','disks':[{'sizeBytes':"
                + 8 * MIB
                + ","
                + content
                + disk
                + "}]"
                + more
                + "}")
        .get("id")
        .asInt();
  }

  private static int refusal(String method, String path, String body) {
    String sent = body.replace('\'', '"');
    return assertThrows(CasClient.Refused.class, () -> cas.call(method, path, sent)).code;
  }

  private static String digest(int vm, String snapshot) throws Exception {
    return lab("GET", "/guest/" + vm + "/digest?device=vda&snapshot=" + snapshot, "")
        .get("sha256")
        .asText();
  }

  @ParameterizedTest
  @CsvSource({
    "local1,dir,file",
    "share2,fs,file",
    "nfs2,netfs,file",
    "lun2,iscsi,block",
    "fc1,fc,block",
    "rbd1,rbd,block",
    "lvm1,logical,block"
  })
  @Tag("SIM-01")
  void everyKindOfPoolHoldsDisks(String pool, String type, String kind) throws Exception {
    int vm = vm("on-" + pool, ",'pool':'" + pool + "'", "");
    JsonNode disk = cas.get("/vm/" + vm + "/storage").get("storage").get(0);
    assertEquals(type, disk.get("poolType").asText());
    assertEquals(kind, disk.get("fileType").asText());
    assertEquals(kind.equals("block") ? "raw" : "qcow2", disk.get("format").asText());
  }

  @Test
  @Tag("SIM-01")
  void rbdSnapshotsKeepWhatWasThere() throws Exception {
    int vm = vm("rbd-only", ",'pool':'rbd7'", ",'state':'running'");
    String before = digest(vm, "");
    cas.done("POST", "/vm/snapshot", "{\"vmId\":" + vm + ",\"name\":\"s\",\"snapType\":0}");
    lab("POST", "/guest/" + vm + "/write", "{'offset':0,'length':65536,'pattern':9}");
    assertNotEquals(before, digest(vm, ""));
    assertEquals(before, digest(vm, "s"));
    assertEquals(
        1012, refusal("POST", "/vm/snapshot", "{'vmId':" + vm + ",'name':'e','snapType':1}"));
    cas.done("DELETE", "/vm/snapshot/" + vm + "/s", "");
    assertEquals(1, cas.get("/storage/volume?hostId=1&poolName=rbd7").get("storageVolume").size());
  }

  @Test
  @Tag("SIM-02")
  void linkedClonesStandOnOneBase() throws Exception {
    vm("golden", "", "");
    int one = vm("clone-1", ",'base':'/vms/share01/golden'", "");
    int two = vm("clone-2", ",'base':'/vms/share01/golden'", "");
    assertEquals(
        "/vms/share01/golden",
        cas.get("/vm/" + one).get("storage").get(0).get("backingStore").asText());
    lab("DELETE", "/lab/vm/clone-1", "");
    assertEquals(64, digest(two, "").length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"paused", "hibernated", "migrating", "template", "shutOff", "unknown"})
  @Tag("SIM-02")
  void statesAreToldAndRefuseWhatTheyMust(String state) throws Exception {
    int vm = vm("state-" + state, "", ",'state':'" + state + "'");
    int status = cas.get("/vm/" + vm).get("status").asInt();
    int expected =
        switch (state) {
          case "paused" -> 4;
          case "migrating" -> 2;
          case "template" -> 0;
          case "unknown" -> 1;
          default -> 3;
        };
    assertEquals(expected, status);
    String body = "{'vmId':" + vm + ",'name':'s','snapType':1}";
    if (state.equals("migrating")) {
      assertEquals(1006, refusal("POST", "/vm/snapshot", body));
    } else if (expected != 3) {
      assertEquals(1005, refusal("POST", "/vm/snapshot", body));
    }
  }

  @Test
  @Tag("SIM-02")
  void failedHostsVmsRunElsewhereAndNothingAnswersThere() throws Exception {
    int moved = vm("ha-1", "", ",'hostId':2,'state':'running','cbt':true");
    int stuck = vm("ha-2", ",'pool':'local3'", ",'hostId':2,'state':'running'");
    String address = cas.get("/host/id/2").get("ip").asText();
    lab("POST", "/lab/host/2/fail", "{}");
    try {
      assertEquals(1, cas.get("/vm/" + moved).get("hostId").asInt());
      assertEquals(2, cas.get("/vm/" + moved).get("status").asInt());
      assertFalse(cas.get("/vm/" + moved + "/cbt").get("valid").asBoolean());
      assertEquals(1, cas.get("/vm/" + stuck).get("status").asInt());
      assertEquals(0, cas.get("/host/id/2").get("status").asInt());
      assertThrows(IOException.class, () -> new CvdClient(address, "right"));
    } finally {
      lab("POST", "/lab/host/2/repair", "{}");
    }
    assertEquals(3, cas.get("/vm/" + stuck).get("status").asInt());
    new CvdClient(address, "right").close();
  }

  @Test
  @Tag("SIM-02")
  void vmsGetNewIdsAndGoOnRunning() throws Exception {
    int old = vm("renumbered", "", ",'state':'running'");
    String uuid = cas.get("/vm/" + old).get("uuid").asText();
    int fresh = lab("POST", "/lab/vm/renumbered/renumber", "{'newId':7001}").get("id").asInt();
    assertEquals(7001, fresh);
    assertEquals(1001, refusal("GET", "/vm/" + old, ""));
    assertEquals(uuid, cas.get("/vm/" + fresh).get("uuid").asText());
    lab("POST", "/guest/" + fresh + "/write", "{'offset':0,'length':65536,'pattern':9}");
    cas.done("PUT", "/vm/powerOff/" + fresh, "");
    assertTrue(vm("after-renumbering", "", "") > 7001, "ids are never given twice");
  }

  @Test
  @Tag("SIM-02")
  void safeShutdownIsSlowRefusedOrNeverEndsAndLetsOthersWork() throws Exception {
    int vm = vm("stubborn", "", ",'state':'running','shutdown':'refused'");
    assertEquals(1, cas.task("PUT", "/vm/stop/" + vm, "").get("result").asInt());
    lab("PUT", "/lab/vm/stubborn", "{'shutdown':'never'}");
    String task = cas.call("PUT", "/vm/stop/" + vm, "").get("msgId").asText();
    Thread.sleep(300);
    assertFalse(cas.get("/message/" + task).get("completed").asBoolean());
    cas.done("PUT", "/vm/powerOff/" + vm, "");
    for (int i = 0; i < 100 && !cas.get("/message/" + task).get("completed").asBoolean(); i++) {
      Thread.sleep(20);
    }
    assertTrue(cas.get("/message/" + task).get("completed").asBoolean());
  }

  @Test
  @Tag("SIM-07")
  void usageJournalAndLeftoversAreWrittenDown() throws Exception {
    int one = vm("seen-1", "", "");
    int two = vm("seen-2", "", "");
    lab("POST", "/lab/baseline", "");
    lab("DELETE", "/lab/usage", "");
    long since = lab("GET", "/lab/journal?limit=1", "").get("last").asLong();
    for (int vm : List.of(one, two)) {
      cas.done("POST", "/vm/snapshot", "{\"vmId\":" + vm + ",\"name\":\"s\",\"snapType\":1}");
    }
    try (CvdClient cvd = new CvdClient(simulator.hostAddress(), "right")) {
      JsonNode first = cvd.openSnapshot(one, "vda", "s");
      cvd.openSnapshot(two, "vda", "s");
      Command.run(List.of("nbdinfo", "--size", cvd.uri(first)));
      assertEquals(2, lab("GET", "/lab/usage", "").get("now").get("vms").asInt());
      assertEquals(2, lab("GET", "/lab/leftovers", "").get("ports").size());
      cvd.call("close", Json.object().put("handle", first.get("handle").asText()));
    }
    JsonNode peak = lab("GET", "/lab/usage", "").get("peak");
    assertEquals(2, peak.get("vmsPerHost").asInt());
    assertEquals(1, peak.get("disksPerVm").asInt());
    assertEquals(1, peak.get("streamsPerDisk").asInt());
    JsonNode calls =
        lab("GET", "/lab/journal?kind=rest&match=POST.*&since=" + since, "").get("calls");
    assertEquals(2, calls.size());
    assertEquals("POST /vm/snapshot", calls.get(0).get("call").asText());
    JsonNode opened = lab("GET", "/lab/journal?kind=cvd&since=" + since, "").get("calls");
    assertTrue(opened.get(1).get("call").asText().contains("open vmId=" + one), opened.toString());
    assertFalse(opened.toString().contains("right"), "no passwords");
    ObjectNode left = (ObjectNode) lab("GET", "/lab/leftovers", "");
    assertEquals(2, left.get("snapshots").size());
    assertFalse(left.get("clean").asBoolean());
    for (int vm : List.of(one, two)) {
      cas.done("DELETE", "/vm/snapshot/" + vm + "/s", "");
    }
    assertTrue(lab("GET", "/lab/leftovers", "").get("clean").asBoolean());
  }

  @Test
  @Tag("SIM-07")
  void leftVolumesAndAttachmentsAreFound() throws Exception {
    int vm = vm("attached", "", "");
    lab("POST", "/lab/baseline", "");
    cas.done(
        "POST",
        "/storage/volume",
        "{\"hostId\":1,\"spName\":\"share01\",\"volName\":\"left\",\"capacity\":1}");
    assertEquals(
        "/vms/share01/left",
        lab("GET", "/lab/leftovers", "").get("volumes").get(0).get("path").asText());
    cas.done(
        "PUT",
        "/vm/addDevice",
        "{\"id\":"
            + vm
            + ",\"storage\":{\"path\":\"/vms/share01/left\",\"targetBus\":\"virtio\"}}");
    JsonNode left = lab("GET", "/lab/leftovers", "");
    assertEquals(0, left.get("volumes").size());
    assertEquals("attached", left.get("attachments").get(0).get("vm").asText());
  }
}
