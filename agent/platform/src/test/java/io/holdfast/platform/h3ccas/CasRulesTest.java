package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PreferredNetwork;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.NewDisk;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.spi.DiskEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The driver's part of the restrictions of S1 table 7, named by the table's rows. */
class CasRulesTest {
  private static final String RUNNING = "2";
  private static final String OFF = "3";
  private static final String BLOCK = ",\"fileType\":\"block\",\"poolType\":\"iscsi\"";
  private static final String RBD = ",\"fileType\":\"block\",\"poolType\":\"rbd\"";
  private static final String LUKS = ",\"encrypted\":\"1\"";

  private final ScriptedCvm cvm = new ScriptedCvm();

  @AfterEach
  void stop() {
    cvm.close();
  }

  private BackupEligibility judge(String status, SnapshotType wanted, String... disks) {
    Texts.vm(cvm, status, "", disks.length == 1 ? disks[0] : "[" + String.join(",", disks) + "]");
    return cvm.connect().eligibility("1", wanted);
  }

  private BackupException refused(String status, SnapshotType wanted, String... disks) {
    return assertThrows(BackupException.class, () -> judge(status, wanted, disks));
  }

  private static List<String> codes(List<Notice> notices) {
    return notices.stream().map(Notice::getCode).toList();
  }

  @Test
  @Tag("CAS-06")
  void backup04EncryptedDiskTakesNoExternalSnapshot() {
    String raw = Texts.disk("vda", "raw", LUKS);
    BackupException refused = refused(RUNNING, SnapshotType.SNAPSHOT_EXTERNAL, raw);
    assertEquals("external - vda: encrypted", Texts.cause(refused));
  }

  @Test
  @Tag("CAS-06")
  void backup05VmWithoutSnapshotIsReadOnlyWhileOff() throws Exception {
    String[] disks = {Texts.disk("vda", "raw", BLOCK), Texts.disk("vdb", "qcow2", "")};
    BackupException online = refused(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, disks);
    assertTrue(Texts.cause(online).contains("while it is shut off"));
    BackupEligibility offline = judge(OFF, SnapshotType.SNAPSHOT_ADAPTIVE, disks);
    assertEquals(SnapshotType.SNAPSHOT_NONE, offline.snapshotType());
    assertTrue(offline.disks().stream().allMatch(BackupEligibility.Disk::included));
    assertFalse(offline.trackingEnabled());
    assertEquals("SNAPSHOT_NOT_POSSIBLE", offline.notices().get(0).getCode());

    VmSnapshot none = cvm.connect().createSnapshot("1", "holdfast-x", SnapshotType.SNAPSHOT_NONE);
    assertEquals(2, none.devices().size());
    assertEquals(0, cvm.count("POST"), "nothing is made on the platform");
    judge(RUNNING, SnapshotType.SNAPSHOT_EXTERNAL, Texts.disk("vda", "qcow2", ""));
    assertEquals(
        ErrorCode.VM_STATE_REFUSED,
        assertThrows(
                BackupException.class,
                () -> cvm.connect().createSnapshot("1", "holdfast-x", SnapshotType.SNAPSHOT_NONE))
            .code());
  }

  @Test
  @Tag("OPT-18")
  void backup10RawBlockVmThatWillBeShutDownIsJudgedAsOff() {
    Texts.vm(cvm, RUNNING, "", Texts.disk("vda", "raw", BLOCK));
    assertEquals(
        SnapshotType.SNAPSHOT_NONE,
        cvm.connect().eligibilityWhenOff("1", SnapshotType.SNAPSHOT_ADAPTIVE).snapshotType());
  }

  @Test
  @Tag("CAS-06")
  void backup11AllRawOnRbdIsBackedUpOnlineAndInFullOnly() {
    BackupEligibility rbd =
        judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, Texts.disk("vda", "raw", RBD));
    assertEquals(SnapshotType.SNAPSHOT_INTERNAL, rbd.snapshotType());
    assertFalse(rbd.trackable());
    assertEquals(
        ErrorCode.SNAPSHOT_UNSUPPORTED,
        refused(
                RUNNING,
                SnapshotType.SNAPSHOT_ADAPTIVE,
                Texts.disk("vda", "raw", RBD),
                Texts.disk("vdb", "raw", BLOCK))
            .code());
  }

  @Test
  @Tag("CAS-06")
  void backup12RawFileGoesByExternalSnapshotOnly() {
    assertEquals(
        SnapshotType.SNAPSHOT_EXTERNAL,
        judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, Texts.disk("vda", "raw", ""))
            .snapshotType());
    assertEquals(
        "internal - vda: raw",
        Texts.cause(
            refused(RUNNING, SnapshotType.SNAPSHOT_INTERNAL, Texts.disk("vda", "raw", ""))));
  }

  @Test
  @Tag("CAS-04")
  void backup08LostTrackingNamesThePowerCycle() {
    cvm.on("GET /vm/1/cbt", "{\"enabled\":\"true\",\"valid\":\"false\",\"reason\":\"powerCycle\"}");
    assertEquals(
        "the VM was powered off or on",
        Messages.value(
            judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, Texts.disk("vda", "qcow2", ""))
                .untracked(),
            Locale.ENGLISH));
  }

  @Test
  @Tag("CAS-05")
  void backup18LargeDiskWithInternalSnapshotIsWarnedOf() {
    String large = Texts.disk("vda", "qcow2", ",\"sizeBytes\":\"2199023255553\"");
    assertTrue(
        codes(judge(RUNNING, SnapshotType.SNAPSHOT_INTERNAL, large).notices())
            .contains("SNAPSHOT_INTERNAL_LARGE"));
    assertFalse(
        codes(judge(RUNNING, SnapshotType.SNAPSHOT_EXTERNAL, large).notices())
            .contains("SNAPSHOT_INTERNAL_LARGE"));
  }

  @Test
  @Tag("CAS-23")
  void linkedCloneIsSaid() {
    BackupEligibility linked =
        judge(
            RUNNING,
            SnapshotType.SNAPSHOT_ADAPTIVE,
            Texts.disk("vda", "qcow2", ",\"backingFile\":\"/vms/share01/base\""));
    assertTrue(codes(linked.notices()).contains("DISK_LINKED"));
  }

  @Test
  @Tag("CAS-08")
  void missingNetworkTypeFallsBackToVswitch0AndIsANoticeOfTheRun() {
    Texts.vm(cvm, RUNNING, "", Texts.disk("vda", "qcow2", ""))
        .on(
            "GET /host/id/1/vswitch",
            "{\"vSwitch\":[{\"id\":\"1\",\"name\":\"vswitch0\",\"address\":\"127.0.0.9\","
                + "\"networkType\":\"1\"}]}");
    VmDescription vm = cvm.connect().describeVm("1");
    List<Notice> told =
        cvm.connect()
            .dataPlane(
                vm,
                DataPlaneOptions.newBuilder()
                    .setPreferredNetwork(PreferredNetwork.NETWORK_BACKUP)
                    .build());
    assertEquals(List.of("DATA_PLANE_CHOSEN", "NETWORK_FALLBACK"), codes(told));
    assertEquals("127.0.0.9", told.get(0).getParametersMap().get("host"));
    assertEquals("vswitch0", told.get(1).getParametersMap().get("used"));
    assertEquals(
        List.of("DATA_PLANE_CHOSEN"),
        codes(cvm.connect().dataPlane(vm, DataPlaneOptions.getDefaultInstance())));
  }

  @Test
  @Tag("CAS-10")
  void environment08UnreachableControlPortIsNamedBeforeTheRun() throws IOException {
    try (ServerSocket cvd = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Texts.vm(cvm, RUNNING, "", Texts.disk("vda", "qcow2", ""))
          .on("GET /host/id/1/vswitch", "{}")
          .now(
              "GET /host/id/1",
              "{\"id\":\"1\",\"ip\":\"127.0.0.1\",\"cvdPort\":\"" + cvd.getLocalPort() + "\"}");
      VmDescription vm = cvm.connect().describeVm("1");
      PlatformConnection platform = cvm.connect();
      platform.requireDataPlane(vm, DataPlaneOptions.getDefaultInstance());
      cvd.close();
      BackupException refused =
          assertThrows(
              BackupException.class,
              () -> platform.requireDataPlane(vm, DataPlaneOptions.getDefaultInstance()));
      assertEquals(ErrorCode.DATA_PORT_UNREACHABLE, refused.code());
      assertEquals(String.valueOf(cvd.getLocalPort()), refused.parameters().get("port"));
    }
  }

  @Test
  @Tag("CAS-08")
  void backup14DiskOfAVmThatWasMovedIsOpenedWhereItIsNow() {
    Texts.vm(cvm, RUNNING, "", Texts.disk("vda", "qcow2", ""))
        .now("GET /vm/1", Texts.basic(RUNNING, "").replace("\"hostId\":\"1\"", "\"hostId\":\"2\""))
        .on("GET /host/id/2", "{\"id\":\"2\",\"ip\":\"127.0.0.2\",\"cvdPort\":\"7\"}")
        .on("GET /host/id/1/vswitch", "{}")
        .on("GET /host/id/2/vswitch", "{}");
    VmSnapshot before =
        new VmSnapshot(
            "1",
            "holdfast-x",
            SnapshotType.SNAPSHOT_EXTERNAL,
            Instant.EPOCH,
            "1",
            "127.0.0.1",
            Map.of(),
            Map.of("k", "vda"));
    PlatformConnection platform =
        new H3cCasDriver(Clock.systemUTC(), scheme -> true, ScriptedCvm.quick())
            .connect(cvm.access());
    DiskEndpoint endpoint =
        platform.snapshotDisk(before, "k", DataPlaneOptions.getDefaultInstance(), 1);
    assertEquals("127.0.0.2", endpoint.host());
    assertEquals(7, endpoint.port());
  }

  @Test
  @Tag("CAS-12")
  void backup06HostDeletedAndAddedAgainIsRecognisedByNameOrAddress() {
    cvm.on(
        "GET /host/",
        "{\"host\":[{\"id\":\"7\",\"name\":\"cvknode1\",\"ip\":\"10.0.0.1\"},"
            + "{\"id\":\"2\",\"name\":\"cvknode2\",\"ip\":\"10.0.0.2\"}]}");
    PlatformConnection platform = cvm.connect();
    assertEquals("7", platform.newIdOfHost("1", "x", "10.0.0.1").orElseThrow());
    assertEquals("7", platform.newIdOfHost("1", "cvknode1", "").orElseThrow());
    assertTrue(platform.newIdOfHost("2", "cvknode1", "").isEmpty(), "it is there");
    assertTrue(platform.newIdOfHost("1", "other", "10.9.9.9").isEmpty(), "it is gone");
  }

  @Test
  @Tag("CAS-24")
  void backup21VmIsFoundByItsUuidAndNoOtherIs() {
    Texts.vm(cvm, RUNNING, "", Texts.disk("vda", "qcow2", ""))
        .on("GET /vm/uuid/u-1", "{\"domain\":" + Texts.basic(RUNNING, "") + "}")
        .on("GET /vm/uuid/u-2", Texts.basic(RUNNING, ""))
        .on("GET /vm/uuid/u-3", ScriptedCvm.refusal(1001, "虚拟机不存在"));
    assertEquals("1", cvm.connect().findVmByUuid("u-1").orElseThrow().getVmId());
    assertTrue(cvm.connect().findVmByUuid("u-2").isEmpty(), "the reply is about another");
    assertTrue(cvm.connect().findVmByUuid("u-3").isEmpty());
  }

  @Test
  @Tag("OPT-15")
  void requestsAreRepeatedAsOftenAsThePlatformWasSetTo() {
    cvm.on("GET /version", ScriptedCvm.refusal(1007, "正忙"));
    cvm.on("GET /host/id/1", "{\"id\":\"1\"}");
    try (PlatformConnection twice =
        new H3cCasDriver(Clock.systemUTC(), scheme -> false, ScriptedCvm.quick())
            .connect(cvm.access().toBuilder().setRequestRetries(2).build())) {
      assertThrows(BackupException.class, () -> twice.requireCreatable("1", "x", List.of()));
    }
    assertEquals(3, cvm.count("GET /version"));
  }

  private void storage(String release) {
    Texts.vm(cvm, OFF, "", Texts.disk("vda", "qcow2", ""))
        .now(
            "GET /host/id/1", "{\"id\":\"1\",\"ip\":\"127.0.0.1\",\"version\":\"" + release + "\"}")
        .on(
            "GET /storage/pool",
            "{\"storagePool\":[{\"name\":\"share01\",\"type\":\"fs\",\"status\":\"1\","
                + "\"freeSize\":\"1000\"},{\"name\":\"san\",\"type\":\"iscsi\",\"status\":\"1\","
                + "\"freeSize\":\"1000\"}]}")
        .on(
            "GET /storage/volume",
            "{\"storageVolume\":[{\"name\":\"web\",\"type\":\"file\",\"path\":\"/vms/share01/web\"},"
                + "{\"name\":\"web_dir\",\"type\":\"dir\",\"path\":\"/vms/share01/web_dir\"},"
                + "{\"name\":\"lun2\",\"type\":\"block\",\"size\":\"2048\",\"path\":\"/dev/lun2\",\"users\":\"db\"},"
                + "{\"name\":\"lun1\",\"type\":\"block\",\"size\":\"2048\",\"path\":\"/dev/lun1\"}]}");
  }

  private ErrorCode refusedDisk(String pool, String format, String volume) {
    NewDisk disk = new NewDisk("k", volume, pool, 1 << 20, format, "thin", "virtio", "vda");
    return assertThrows(
            BackupException.class, () -> cvm.connect().requireCreatable("1", "web", List.of(disk)))
        .code();
  }

  @Test
  @Tag("CAS-22")
  @Tag("CAS-14")
  @Tag("CAS-15")
  void restore17NamesFoldersAndFormatsAreRefusedBeforeAnythingIsMade() {
    storage("E0785P03");
    NewDisk fits =
        new NewDisk("k", "web_dir/web", "share01", 1 << 20, "qcow2", "thin", "virtio", "vda");
    cvm.connect().requireCreatable("1", "web", List.of(fits));
    assertEquals(ErrorCode.ALREADY_EXISTS, refusedDisk("share01", "qcow2", "web"));
    assertEquals(ErrorCode.ALREADY_EXISTS, refusedDisk("share01", "qcow2", "web_dir"));
    assertEquals(ErrorCode.ALREADY_EXISTS, refusedDisk("share01", "qcow2", "web/new"));
    for (String folder : List.of("-a", ".a", "123", "a b", "中")) {
      assertEquals(ErrorCode.INVALID_VALUE, refusedDisk("share01", "qcow2", folder + "/new"));
    }
    assertEquals(ErrorCode.DISK_FORMAT_UNSUPPORTED, refusedDisk("san", "qcow2", "lun1"));
    assertEquals(ErrorCode.DISK_FORMAT_UNSUPPORTED, refusedDisk("san", "raw", "none"));
    assertEquals(ErrorCode.RESOURCE_IN_USE, refusedDisk("san", "raw", "lun2"));
    NewDisk free = new NewDisk("k", "lun1", "san", 1 << 20, "raw", "thin", "virtio", "vda");
    cvm.connect().requireCreatable("1", "web", List.of(free));
    assertEquals(ErrorCode.TARGET_STORAGE_UNKNOWN, refusedDisk("nowhere", "qcow2", "x"));
    storage("E0710");
    assertEquals(ErrorCode.FOLDER_UNSUPPORTED, refusedDisk("share01", "qcow2", "web_dir/new"));
    storage("E0710P01");
    cvm.connect().requireCreatable("1", "web", List.of(fits));
    assertEquals(0, cvm.count("POST") + cvm.count("PUT"));
  }

  @Test
  @Tag("CAS-19")
  void restore06FirmwareBootOrderAndHardwareAreAskedForOfThePlatform() {
    Texts.vm(cvm, OFF, "", Texts.disk("vda", "qcow2", ""))
        .on("PUT /vm/modify", ScriptedCvm.refusal(11, "参数错误"))
        .on("PUT /vm/modify", "{}");
    VmDescription now = cvm.connect().describeVm("1");
    cvm.connect().reconfigure("1", now);
    assertEquals(0, cvm.count("PUT"), "nothing differs");
    cvm.connect()
        .reconfigure(
            "1",
            now.toBuilder()
                .setFirmware("bios")
                .setBootOrder("cdrom,hd")
                .setMemoryMib(4096)
                .setCpuCores(8)
                .build());
    assertEquals(4, cvm.count("PUT /vm/modify"), "a refusal of one is no end of the others");
    assertTrue(cvm.bodyOf("PUT /vm/modify").contains("[\"cdrom\",\"hd\"]"));
  }

  @Test
  @Tag("CAS-04")
  void trackingThatLiedIsSwitchedOffAndOnAgain() {
    Texts.vm(cvm, RUNNING, "", Texts.disk("vda", "qcow2", ""))
        .on("GET /vm/1/cbt", "{\"enabled\":\"true\",\"valid\":\"true\"}")
        .on("PUT /vm/1/cbt", Texts.TASK)
        .on("GET /message/7", Texts.DONE);
    cvm.connect().restartTracking("1");
    assertEquals(2, cvm.count("PUT /vm/1/cbt"));
    assertTrue(cvm.bodyOf("PUT /vm/1/cbt").contains("true"));
  }
}
