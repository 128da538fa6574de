package io.holdfast.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of VMs on CAS: changes, clones, migration, the recycle bin, a guest that boots. */
class LifeCycleTest {
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

  private static int vm(String name, String more) throws Exception {
    return simulator
        .lab(
            "POST",
            "/lab/vm",
            ("{'name':'"
                    + name
                    + "','disks':[{'sizeBytes':8388608,'chainDepth':2,'content':"
                    + "[{'offset':0,'length':65536,'kind':'random','seed':3},"
                    + "{'offset':1048576,'length':65536,'kind':'text','seed':4}]}]"
                    + more
                    + "}")
                .replace('\'', '"'))
        .get("id")
        .asInt();
  }

  private static JsonNode done(String method, String path, String body) throws Exception {
    return cas.done(method, path, body.replace('\'', '"'));
  }

  private static int refusal(String method, String path, String body) {
    return assertThrows(
            CasClient.Refused.class, () -> cas.call(method, path, body.replace('\'', '"')))
        .code;
  }

  private static String digest(int vm) throws Exception {
    return simulator.lab("GET", "/guest/" + vm + "/digest", "").get("sha256").asText();
  }

  @Test
  @Tag("SIM-02")
  void firmwareBootOrderProtectionAndPasswordAreChanged() throws Exception {
    int vm = vm("changed", "");
    done(
        "PUT",
        "/vm/modify",
        "{'id':"
            + vm
            + ",'basic':{'bios':'UEFI','protectModel':1},'bootDev':['vdb','vda'],"
            + "'graphics':{'password':'secret'}}");
    JsonNode detail = cas.get("/vm/detail/" + vm);
    assertEquals("UEFI", detail.get("basic").get("bios").asText());
    assertEquals("/vms/share01/changed_VARS.fd", detail.get("basic").get("nvram").asText());
    assertEquals("vdb", detail.get("bootDev").get(0).asText());
    assertEquals("******", detail.get("graphics").get("password").asText());
    JsonNode other = cas.get("/vm/detail/" + vm("no-password", ""));
    assertFalse(other.get("graphics").has("password"));
    assertFalse(detail.toString().contains("secret"));
    assertEquals(1008, refusal("DELETE", "/vm/deleteVm?id=" + vm + "&type=1", ""));
    done("PUT", "/vm/modify", "{'id':" + vm + ",'basic':{'protectModel':0}}");
    done("DELETE", "/vm/deleteVm?id=" + vm + "&type=1", "");
    assertFalse(
        cas.get("/storage/volume?hostId=1&poolName=share01").toString().contains("changed"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Tag("SIM-02")
  void newVmsGetTheFirmwareTheyWantWhereThePlatformLetsThem(boolean keeps) throws Exception {
    simulator.lab("PUT", "/lab/platform", "{\"keepsFirmware\":" + keeps + "}");
    JsonNode task =
        done(
            "POST",
            "/vm/add",
            "{'name':'uefi-"
                + keeps
                + "','hostId':1,'memory':1024,'bios':'UEFI','bootDev':['vda'],"
                + "'storage':{'assignType':1,'poolName':'share01','driveType':'qcow2','capacity':1}}");
    JsonNode basic = cas.get("/vm/detail/" + task.get("targetId").asInt()).get("basic");
    assertEquals(keeps ? "UEFI" : "BIOS", basic.get("bios").asText());
    assertEquals(keeps, basic.get("nvram").asText().endsWith("_VARS.fd"));
    simulator.lab("PUT", "/lab/platform", "{\"keepsFirmware\":true}");
  }

  @Test
  @Tag("SIM-02")
  void restoredVmsGetVariablesTheirFirmwareCanRead() throws Exception {
    vm("fits", ",'bios':'UEFI'");
    Path file = folder.resolve("state/vms/share01/fits_VARS.fd");
    assertTrue(Files.readString(file, StandardCharsets.ISO_8859_1).startsWith("NVRAM of "));
    Path template = Files.writeString(folder.resolve("template.fd"), "variables");
    String order = "{\"boot\":{\"variables\":\"" + template + "\"}}";
    simulator.lab("PUT", "/lab/vm/fits", order);
    assertEquals("variables", Files.readString(file));
    Files.writeString(file, "what the guest changed");
    simulator.lab("PUT", "/lab/vm/fits", order);
    assertEquals("what the guest changed", Files.readString(file));
  }

  @Test
  @Tag("SIM-02")
  void runningVmsGrowButDoNotShrink() throws Exception {
    int vm = vm("grows", ",'state':'running'");
    assertEquals(1005, refusal("PUT", "/vm/modify", "{'id':" + vm + ",'memory':{'size':512}}"));
    assertEquals(1005, refusal("PUT", "/vm/modify", "{'id':" + vm + ",'basic':{'bios':'UEFI'}}"));
    done(
        "PUT",
        "/vm/modify",
        "{'id':" + vm + ",'memory':{'size':4096},'storage':{'deviceName':'vda','size':16}}");
    JsonNode disk = cas.get("/vm/" + vm + "/storage").get("storage").get(0);
    assertEquals(16 << 20, disk.get("sizeBytes").asLong());
    simulator.lab(
        "POST", "/guest/grows/write", "{\"offset\":12582912,\"length\":65536,\"pattern\":7}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "shutOff"})
  @Tag("SIM-02")
  void clonesHoldTheSameAndStandAlone(String state) throws Exception {
    int source = vm("source-" + state, ",'state':'" + state + "'");
    String content = digest(source);
    String name = "full-" + state;
    JsonNode task = done("POST", "/vm/clone", "{'id':" + source + ",'name':'" + name + "'}");
    int clone = task.get("targetId").asInt();
    assertEquals(content, digest(clone));
    assertEquals(0, cas.get("/vm/snapshot/" + source).get("snapshot").size());
    String disk = cas.get("/vm/" + clone).get("storage").get(0).get("backingStore").asText();
    assertEquals("", disk);
    String linked = "{'id':" + source + ",'name':'fast-" + state + "','cloneType':1}";
    if (state.equals("running")) {
      assertEquals(
          1, cas.task("POST", "/vm/clone", linked.replace('\'', '"')).get("result").asInt());
    } else {
      int fast = done("POST", "/vm/clone", linked).get("targetId").asInt();
      assertEquals(content, digest(fast));
      assertNotEquals(
          "", cas.get("/vm/" + fast).get("storage").get(0).get("backingStore").asText());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "shutOff"})
  @Tag("SIM-02")
  void disksMoveToAnotherPool(String state) throws Exception {
    int vm = vm("moves-" + state, ",'state':'" + state + "'");
    String content = digest(vm);
    done("PUT", "/vm/alterStoragePool", "{'id':" + vm + ",'poolName':'nfs01'}");
    JsonNode disk = cas.get("/vm/" + vm).get("storage").get(0);
    assertEquals("netfs", disk.get("poolType").asText());
    assertEquals("/vms/nfs01/moves-" + state, disk.get("storeFile").asText());
    assertEquals(content, digest(vm));
    assertFalse(
        cas.get("/storage/volume?hostId=1&poolName=share01").toString().contains("moves-" + state));
    if (state.equals("running")) {
      simulator.lab(
          "POST", "/guest/" + vm + "/write", "{\"offset\":0,\"length\":65536,\"pattern\":7}");
      assertNotEquals(content, digest(vm));
    }
  }

  @Test
  @Tag("SIM-02")
  void recycledVmsAreGoneUntilTakenBack() throws Exception {
    int vm = vm("binned", "");
    done("PUT", "/vm/recycle/" + vm, "");
    assertEquals(1001, refusal("GET", "/vm/" + vm, ""));
    assertFalse(cas.get("/vm/vmList").toString().contains("binned"));
    assertTrue(cas.get("/vm/recycle").toString().contains("binned"));
    done("PUT", "/vm/recycle/restore/" + vm, "");
    assertEquals(3, cas.get("/vm/" + vm).get("status").asInt());
    done("PUT", "/vm/recycle/" + vm, "");
    done("DELETE", "/vm/recycle/" + vm, "");
    assertEquals(0, cas.get("/vm/recycle").get("domain").size());
  }

  @Test
  @Tag("SIM-02")
  void hibernatedVmsGoOnAndSlowMemoryPausesTheVm() throws Exception {
    int vm = vm("sleeper", ",'state':'running'");
    done("PUT", "/vm/sleep/" + vm, "");
    JsonNode asleep = cas.get("/vm/" + vm);
    assertEquals(3, asleep.get("status").asInt());
    assertEquals(1, asleep.get("hibernated").asInt());
    done("PUT", "/vm/start/" + vm, "");
    assertEquals(0, cas.get("/vm/" + vm).get("hibernated").asInt());
    simulator.lab("POST", "/faults", "{\"action\":\"memory-slow\",\"vm\":\"sleeper\",\"ms\":1600}");
    String body =
        "{\"vmId\":" + vm + ",\"name\":\"m\",\"snapType\":1,\"snapMem\":1,\"snapshotTimeOut\":1}";
    String task = cas.call("POST", "/vm/snapshot", body).get("msgId").asText();
    boolean paused = false;
    while (!cas.get("/message/" + task).get("completed").asBoolean()) {
      paused |= cas.get("/vm/" + vm).get("status").asInt() == 4;
      Thread.sleep(50);
    }
    assertTrue(paused, "the VM pauses when its memory takes too long");
    assertEquals(2, cas.get("/vm/" + vm).get("status").asInt());
    assertEquals(1, cas.get("/vm/snapshot/" + vm).get("snapshot").get(0).get("snapMem").asInt());
  }

  /** A boot sector that writes a word to the serial port and halts. */
  private static byte[] bootSector(String word) {
    int[] code = {
      0x31, 0xC0, 0x8E, 0xD8, 0xBE, 0x15, 0x7C, 0xAC, 0x08, 0xC0, 0x74, 0x06, 0xBA, 0xF8, 0x03,
      0xEE, 0xEB, 0xF5, 0xF4, 0xEB, 0xFD
    };
    byte[] sector = new byte[1 << 20];
    for (int i = 0; i < code.length; i++) {
      sector[i] = (byte) code[i];
    }
    byte[] text = word.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, sector, code.length, text.length);
    sector[510] = 0x55;
    sector[511] = (byte) 0xAA;
    return Arrays.copyOf(sector, sector.length);
  }

  @Test
  @Tag("SIM-02")
  void aGuestBootsFromTheFirstDiskOfTheBootOrder() throws Exception {
    Path pool = folder.resolve("state/vms/share01");
    Files.write(pool.resolve("one"), bootSector("FIRST"));
    Files.write(pool.resolve("two"), bootSector("SECOND"));
    simulator.lab(
        "POST",
        "/lab/vm",
        ("{'name':'boots','memory':64,'state':'running','bootOrder':['vdb'],'boot':{},"
                + "'disks':[{'path':'/vms/share01/one'},{'path':'/vms/share01/two'}]}")
            .replace('\'', '"'));
    String text = "";
    for (int i = 0; i < 300 && !text.contains("SECOND"); i++) {
      Thread.sleep(50);
      text = simulator.lab("GET", "/guest/boots/console", "").get("text").asText();
    }
    assertTrue(text.contains("SECOND"), text);
    assertFalse(text.contains("FIRST"), text);
    simulator.lab("DELETE", "/lab/vm/boots", "");
  }
}
