package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.NetworkCard;
import io.holdfast.agent.protocol.RestoreNetwork;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.NewVm;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-14")
class RestoreTargetTest {
  private static final String NAME = "web-01";
  private static final String ADD = "POST /vm/add";
  private static final String FIND = "GET /vm/vmList?domainName=web-01&offset=0&limit=200";
  private static final String LISTED = "{\"domain\":{\"id\":\"1\",\"name\":\"web-01\"}}";
  private static final VmDescription LIKE =
      VmDescription.newBuilder()
          .setName(NAME)
          .setTitle("门户")
          .setCpuSockets(2)
          .setCpuCores(3)
          .setMemoryMib(1536)
          .setFirmware("uefi")
          .addNetworks(
              NetworkCard.newBuilder()
                  .setMac("0c:da:41:1d:00:01")
                  .setVswitchId("77")
                  .setVswitchName("vswitch0")
                  .setProfileId("1"))
          .setPlatformDocument(Texts.detail("{}"))
          .build();

  private final ScriptedCvm cvm = new ScriptedCvm();

  @BeforeEach
  void script() {
    Texts.vm(cvm, "3", "", Texts.disk("vda", "qcow2", ""))
        .on(
            "GET /storage/pool",
            "{\"storagePool\":["
                + pool("share01", "fs", 100)
                + ","
                + pool("san", "iscsi", 100)
                + "]}")
        .on("GET /host/id/1/vswitch", "{\"vSwitch\":{\"id\":\"4\",\"name\":\"vswitch0\"}}")
        .on("GET /profile", "{\"portProfile\":{\"id\":\"1\",\"name\":\"Default\"}}")
        .on("GET /vm/vmList", "{}");
  }

  @AfterEach
  void stop() {
    cvm.close();
  }

  private static String pool(String name, String type, int freeMib) {
    return "{\"name\":\""
        + name
        + "\",\"type\":\""
        + type
        + "\",\"status\":\"1\",\"freeSize\":\""
        + freeMib
        + "\"}";
  }

  private static NewDisk disk(String pool, String format, String preallocation) {
    return new NewDisk(
        "k", "folder-1/new", pool, (64L << 20) + 512, format, preallocation, "virtio", "vda");
  }

  private static NewVm vm(NewDisk disk, List<RestoreNetwork> networks, boolean keepMac) {
    return new NewVm(NAME, "1", LIKE, List.of(disk), networks, keepMac, "session-1");
  }

  private static NewVm vm() {
    return vm(disk("share01", "qcow2", "eager-zeroed"), List.of(), true);
  }

  private void tagged() {
    String own =
        Texts.detail(Texts.disk("vda", "qcow2", ""))
            .replace("[holdfast:old]", "[holdfast:session-1]");
    cvm.now("GET /vm/detail/1", own);
  }

  private JsonNode created(NewVm wanted) throws Exception {
    tagged();
    cvm.on(FIND, "{}").on(FIND, LISTED);
    cvm.on(ADD, Texts.TASK).on("GET /message/7", Texts.DONE);
    assertEquals("1", cvm.connect().createVm(wanted).getVmId());
    return new ObjectMapper().readTree(cvm.bodyOf(ADD));
  }

  private ErrorCode refusal(NewVm wanted) {
    return assertThrows(BackupException.class, () -> cvm.connect().createVm(wanted)).code();
  }

  @Test
  @Tag("CAS-23")
  void vmIsMadeLikeTheOneBackedUpWithFlatEmptyDisks() throws Exception {
    JsonNode body = created(vm());
    assertEquals("门户", body.path("title").asText());
    assertEquals("Portal [holdfast:session-1]", body.path("description").asText());
    assertEquals("CentOS", body.path("osVersion").asText());
    assertEquals(6, body.path("cpu").asInt());
    assertEquals(1536, body.path("memory").asInt());
    assertEquals(1536, body.path("memoryInit").asInt());
    assertEquals("MB", body.path("memoryUnit").asText());
    JsonNode network = body.path("network").path(0);
    assertEquals("4", network.path("vsId").asText());
    assertEquals("1", network.path("profileId").asText());
    assertEquals("0c:da:41:1d:00:01", network.path("mac").asText());
    JsonNode storage = body.path("storage").path(0);
    assertEquals(1, storage.path("assignType").asInt());
    assertEquals((64L << 20) + 512, storage.path("capacityBytes").asLong());
    assertEquals(65, storage.path("capacity").asLong());
    assertEquals(2, storage.path("mode").asInt());
    assertEquals("folder-1", storage.path("dirName").asText());
    assertEquals("new", storage.path("storeFile").asText());
    assertTrue(storage.path("backingStore").isMissingNode());
  }

  @Test
  void macIsNewUnlessKept() throws Exception {
    JsonNode body = created(vm(disk("share01", "qcow2", "thin"), List.of(), false));
    assertTrue(body.path("network").path(0).path("mac").isMissingNode());
  }

  @Test
  void repeatedCallFindsWhatTheFirstMade() {
    tagged();
    cvm.on(FIND, LISTED);
    assertEquals("1", cvm.connect().createVm(vm()).getVmId());
    assertEquals(0, cvm.count(ADD));
  }

  @Test
  void lostReplyDoesNotMakeASecondVm() {
    tagged();
    cvm.on(FIND, "{}").on(FIND, LISTED).on(ADD, ScriptedCvm.drop());
    assertEquals("1", cvm.connect().createVm(vm()).getVmId());
    assertEquals(1, cvm.count(ADD));
  }

  @Test
  void foreignVmOfThatNameIsLeftAlone() {
    cvm.on(FIND, LISTED);
    assertEquals(ErrorCode.VM_NAME_TAKEN, refusal(vm()));
    assertEquals(0, cvm.count(ADD));
  }

  @Test
  @Tag("CAS-14")
  void cardWithoutPolicyTemplateGetsThePlatformsFirst() throws Exception {
    VmDescription bare =
        LIKE.toBuilder().setNetworks(0, LIKE.getNetworks(0).toBuilder().clearProfileId()).build();
    NewVm wanted =
        new NewVm(NAME, "1", bare, List.of(disk("share01", "qcow2", "")), List.of(), true, "s");
    cvm.now(
        "GET /vm/detail/1",
        Texts.detail(Texts.disk("vda", "qcow2", "")).replace("[holdfast:old]", "[holdfast:s]"));
    cvm.on(FIND, "{}").on(FIND, LISTED);
    cvm.on(ADD, Texts.TASK).on("GET /message/7", Texts.DONE);
    assertEquals("1", cvm.connect().createVm(wanted).getVmId());
    JsonNode card = new ObjectMapper().readTree(cvm.bodyOf(ADD)).path("network").path(0);
    assertEquals("1", card.path("profileId").asText());
  }

  @Test
  @Tag("CAS-14")
  void aPolicyTemplateThatIsNotThereIsNamedWithItsCard() {
    RestoreNetwork unknown =
        RestoreNetwork.newBuilder().setMac("0c:da:41:1d:00:01").setProfileId("9").build();
    NewVm wanted = vm(disk("share01", "qcow2", ""), List.of(unknown), true);
    BackupException e = assertThrows(BackupException.class, () -> cvm.connect().createVm(wanted));
    assertEquals(ErrorCode.NETWORK_PROFILE_MISSING, e.code());
    assertEquals("0c:da:41:1d:00:01", e.parameters().get("mac"));
  }

  @Test
  void storageThatIsFullUnknownOrOfTheWrongKindIsRefusedBeforeAnythingIsMade() {
    NewDisk large =
        new NewDisk("k", "n", "share01", 101L << 20, "qcow2", "lazy-zeroed", "virtio", "");
    assertEquals(ErrorCode.TARGET_STORAGE_FULL, refusal(vm(large, List.of(), true)));
    assertEquals(
        ErrorCode.TARGET_STORAGE_UNKNOWN,
        refusal(vm(disk("nowhere", "qcow2", ""), List.of(), true)));
    assertEquals(
        ErrorCode.DISK_FORMAT_UNSUPPORTED, refusal(vm(disk("san", "qcow2", ""), List.of(), true)));
    assertEquals(0, cvm.count(ADD));
  }

  @Test
  void blockPoolsTakeExistingVolumesOnly() throws Exception {
    cvm.on(
        "GET /storage/volume",
        "{\"storageVolume\":{\"name\":\"folder-1/new\",\"path\":\"/dev/v1\",\"size\":\"65.0\"}}");
    JsonNode storage = created(vm(disk("san", "raw", ""), List.of(), true)).path("storage").path(0);
    assertEquals(0, storage.path("assignType").asInt());
    assertEquals("/dev/v1", storage.path("storeFile").asText());
    cvm.now(FIND, "{}")
        .now(
            "GET /storage/volume",
            "{\"storageVolume\":{\"name\":\"folder-1/new\",\"size\":\"64\"}}");
    assertEquals(
        ErrorCode.TARGET_DISK_MISMATCH, refusal(vm(disk("san", "raw", ""), List.of(), true)));
    cvm.now("GET /storage/volume", "{}");
    assertEquals(
        ErrorCode.DISK_FORMAT_UNSUPPORTED, refusal(vm(disk("san", "raw", ""), List.of(), true)));
  }

  @Test
  void fullStorageInTheTaskIsSaidSo() {
    cvm.on(FIND, "{}")
        .on(ADD, Texts.TASK)
        .on(
            "GET /message/7",
            "{\"completed\":\"true\",\"result\":\"1\",\"failMsg\":\"存储池空间不足。(1302)\"}");
    BackupException e = assertThrows(BackupException.class, () -> cvm.connect().createVm(vm()));
    assertEquals(ErrorCode.TARGET_STORAGE_FULL, e.code());
    assertEquals("share01", e.parameters().get("storage"));
  }

  @Test
  @Tag("CAS-17")
  void diskIsCreatedOnceAndForeignVolumesAreLeftAlone() {
    NewDisk disk = new NewDisk("k", "web-01-vda", "share01", 1 << 20, "qcow2", "", "virtio", "vda");
    DiskDescription present = cvm.connect().createDisk("1", disk);
    assertEquals("vda", present.getDevice());
    assertEquals(0, cvm.count("PUT"));
    cvm.on("GET /storage/volume", "{\"storageVolume\":{\"name\":\"other\"}}");
    NewDisk taken = new NewDisk("k", "other", "share01", 1 << 20, "qcow2", "", "virtio", "");
    BackupException e =
        assertThrows(BackupException.class, () -> cvm.connect().createDisk("1", taken));
    assertEquals(ErrorCode.ALREADY_EXISTS, e.code());
    assertEquals(0, cvm.count("PUT"));
  }

  @Test
  @Tag("CAS-17")
  void newDiskIsAttached() {
    cvm.on("GET /storage/volume", "{}").on("GET /message/7", Texts.DONE);
    cvm.on(
        "PUT /vm/addDevice",
        ScriptedCvm.after(
            () ->
                Texts.vm(
                    cvm,
                    "3",
                    "",
                    "["
                        + Texts.disk("vda", "qcow2", "")
                        + ","
                        + Texts.disk("vdb", "qcow2", "")
                        + "]"),
            ScriptedCvm.json(200, Texts.TASK)));
    NewDisk disk = new NewDisk("k", "web-01-vdb", "share01", 1 << 20, "qcow2", "", "virtio", "vdb");
    assertEquals("vdb", cvm.connect().createDisk("1", disk).getDevice());
    assertTrue(cvm.bodyOf("PUT /vm/addDevice").contains("\"deviceName\":\"vdb\""));
  }

  @Test
  @Tag("CAS-17")
  void diskIsDetachedAndItsVolumeDeletedByName() {
    String key = "/vms/share01/web-01-vda";
    cvm.on("PUT /vm/delDevice", Texts.TASK)
        .on("GET /message/7", Texts.DONE)
        .on(
            "GET /storage/volume",
            "{\"storageVolume\":{\"name\":\"d/web-01-vda\",\"path\":\"" + key + "\"}}")
        .on("DELETE /storage/volume/delete/1/share01/d%2Fweb-01-vda", ScriptedCvm.json(204, ""));
    cvm.connect().removeDisk("1", key, true);
    assertEquals(1, cvm.count("DELETE"));
    cvm.connect().removeDisk("1", "/gone", true);
    assertEquals(1, cvm.count("PUT"));
  }

  @Test
  @Tag("CAS-17")
  void guestThatDoesNotShutDownIsLeftRunning() {
    Texts.vm(cvm, "2", "", Texts.disk("vda", "qcow2", ""));
    cvm.on("PUT /vm/stop/1", Texts.TASK);
    BackupException e = assertThrows(BackupException.class, () -> cvm.connect().shutDown("1", 1));
    assertEquals(ErrorCode.SHUTDOWN_REFUSED, e.code());
    assertEquals("1", e.parameters().get("seconds"));
    assertEquals(0, cvm.count("PUT /vm/powerOff"));
  }

  @Test
  @Tag("CAS-17")
  void guestThatShutsDownInTimeIsOff() {
    Texts.vm(cvm, "2", "", Texts.disk("vda", "qcow2", ""));
    cvm.on("GET /vm/1", Texts.basic("3", "")).on("PUT /vm/stop/1", Texts.TASK);
    cvm.connect().shutDown("1", 10);
    cvm.connect().shutDown("1", 10);
    assertEquals(1, cvm.count("PUT /vm/stop/1"));
  }

  @Test
  void startAndDeleteAreIdempotent() {
    Texts.vm(cvm, "2", "", Texts.disk("vda", "qcow2", ""));
    cvm.connect().start("1");
    assertEquals(0, cvm.count("PUT"));
    cvm.on("GET /vm/9", ScriptedCvm.refusal(1001, "虚拟机不存在"));
    cvm.connect().deleteVm("9", true);
    assertEquals(0, cvm.count("DELETE"));
    cvm.on("DELETE /vm/deleteVm", ScriptedCvm.refusal(1001, "虚拟机不存在"))
        .on("DELETE /vm/deleteVm", ScriptedCvm.refusal(1005, "正在运行"));
    cvm.connect().deleteVm("1", true);
    assertEquals(1, cvm.count("DELETE /vm/deleteVm?id=1&type=1"));
    BackupException e =
        assertThrows(BackupException.class, () -> cvm.connect().deleteVm("1", false));
    assertEquals(ErrorCode.VM_STATE_REFUSED, e.code());
    assertFalse(e.parameters().get("cause").isEmpty());
  }
}
