package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.agent.protocol.DataPlane;
import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.PreferredNetwork;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.h3ccas.cvd.ScriptedCvdDs;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.CvdObject;
import io.holdfast.source.spi.DiskEndpoint.NbdExport;
import io.holdfast.source.spi.DiskEndpoint.PlatformLogin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-08")
class DataPlaneTest {
  private static final String KEY = "/vms/share01/web-01-vda";
  private static final VmSnapshot SNAPSHOT =
      new VmSnapshot(
          "1",
          "s1",
          SnapshotType.SNAPSHOT_EXTERNAL,
          Instant.EPOCH,
          "1",
          "127.0.0.9",
          Map.of(),
          Map.of(KEY, "vda"));

  private final ScriptedCvm cvm = new ScriptedCvm();

  @AfterEach
  void stop() {
    cvm.close();
  }

  private PlatformConnection connect(Predicate<String> available) {
    return new H3cCasDriver(Clock.systemUTC(), available, ScriptedCvm.quick())
        .connect(cvm.access());
  }

  private static String vSwitch(String name, String address, int type) {
    return "{\"name\":\""
        + name
        + "\",\"address\":\""
        + address
        + "\",\"networkType\":\""
        + type
        + "\"}";
  }

  private void host(String... vSwitches) {
    cvm.now("GET /host/id/1", Texts.HOST)
        .now("GET /host/id/1/vswitch", "{\"vSwitch\":[" + String.join(",", vSwitches) + "]}");
  }

  private DiskEndpoint endpoint(DataPlaneOptions.Builder options, int connections) {
    return connect(scheme -> scheme.equals("cvd-sdk"))
        .snapshotDisk(SNAPSHOT, KEY, options.build(), connections);
  }

  private String address(PreferredNetwork network) {
    return endpoint(DataPlaneOptions.newBuilder().setPreferredNetwork(network), 1).host();
  }

  @Test
  void adaptiveTakesBackupThenStorageThenManagement() {
    String management = vSwitch("vswitch0", "127.0.0.1", 1);
    String storage = vSwitch("vswitch1", "127.0.0.2", 4 + 2);
    String backup = vSwitch("vswitch2", "127.0.0.3", 16);
    host(management, storage, backup);
    assertEquals("127.0.0.3", address(PreferredNetwork.NETWORK_ADAPTIVE));
    assertEquals("127.0.0.2", address(PreferredNetwork.NETWORK_STORAGE));
    assertEquals("127.0.0.1", address(PreferredNetwork.NETWORK_MANAGEMENT));
    host(management, storage);
    assertEquals("127.0.0.2", address(PreferredNetwork.NETWORK_ADAPTIVE));
    assertEquals("127.0.0.1", address(PreferredNetwork.NETWORK_BACKUP));
    host(vSwitch("other", "127.0.0.7", 32), vSwitch("vSwitch0", "127.0.0.5", 2));
    assertEquals("127.0.0.5", address(PreferredNetwork.NETWORK_ADAPTIVE));
    host(vSwitch("vswitch2", "", 16), vSwitch("vswitch0", "127.0.0.4", 2));
    assertEquals("127.0.0.4", address(PreferredNetwork.NETWORK_ADAPTIVE));
    host();
    assertEquals("127.0.0.1", address(PreferredNetwork.NETWORK_ADAPTIVE));
  }

  @Test
  @Tag("CAS-09")
  void sdkEndpointCarriesTheOptionsAndDefaults() {
    host(vSwitch("vswitch0", "127.0.0.1", 1));
    DiskEndpoint plain = endpoint(DataPlaneOptions.newBuilder(), 9);
    assertEquals("cvd-sdk", plain.scheme());
    assertEquals(8192, plain.port());
    assertEquals(1 << 20, plain.bufferBytes());
    assertEquals(Duration.ofMinutes(10), plain.connectTimeout());
    assertEquals("message", plain.logLevel());
    assertEquals(
        new CvdObject(
            "1", "vda", "s1", "", new PlatformLogin(ScriptedCvm.USER, ScriptedCvm.PASSWORD)),
        plain.object());
    DiskEndpoint odd =
        endpoint(
            DataPlaneOptions.newBuilder()
                .setBufferBytes(1)
                .setConnectTimeoutSeconds(7)
                .setSdkLogLevel("error"),
            3);
    assertEquals(64 << 10, odd.bufferBytes());
    assertEquals(Duration.ofMinutes(1), odd.connectTimeout());
    assertEquals("error", odd.logLevel());
    assertFalse(plain.toString().contains(ScriptedCvm.PASSWORD));
  }

  @Test
  @Tag("CAS-11")
  void connectionsAreOneToFive() {
    host(vSwitch("vswitch0", "127.0.0.1", 1));
    assertEquals(5, endpoint(DataPlaneOptions.newBuilder(), 9).connections());
    assertEquals(1, endpoint(DataPlaneOptions.newBuilder(), 0).connections());
  }

  @Test
  void withoutTheSdkTheDiskIsOpenedForNbd() throws Exception {
    cvm.on("GET /vm/1", Texts.basic("2", "")).on("GET /vm/snapshot/1", "{}");
    try (ScriptedCvdDs cvd = new ScriptedCvdDs(ScriptedCvdDs::yes);
        PlatformConnection connection = connect(scheme -> false)) {
      cvm.on("GET /host/id/1/vswitch", "{}")
          .on(
              "GET /host/id/1",
              "{\"id\":1,\"ip\":\"127.0.0.1\",\"cvdPort\":\"" + cvd.port() + "\"}");
      DataPlaneOptions adaptive = DataPlaneOptions.getDefaultInstance();
      DiskEndpoint endpoint = connection.snapshotDisk(SNAPSHOT, KEY, adaptive, 2);
      assertEquals("nbd", endpoint.scheme());
      assertEquals(30017, endpoint.port());
      assertEquals(new NbdExport("h1-5f2c"), endpoint.object());
      connection.snapshotDisk(SNAPSHOT, KEY, adaptive, 2);
      assertEquals(1, cvd.count("open"));
      cvm.on("GET /vm/snapshot/1", "{}");
      connection.removeSnapshot("1", "s1");
      assertEquals(1, cvd.count("close"));
    }
  }

  @Test
  @Tag("CAS-17")
  void runningVmsDisksAreNotWritten() {
    Texts.vm(cvm, "2", "", Texts.disk("vda", "qcow2", ""));
    BackupException e =
        assertThrows(
            BackupException.class,
            () ->
                connect(scheme -> true)
                    .writableDisk("1", KEY, DataPlaneOptions.getDefaultInstance(), 1));
    assertEquals(ErrorCode.VM_STATE_REFUSED, e.code());
  }

  @Test
  @Tag("CAS-17")
  void shutOffVmsDiskIsWrittenByDevice() {
    Texts.vm(cvm, "3", "", Texts.disk("vda", "qcow2", ""));
    host();
    DiskEndpoint endpoint =
        connect(scheme -> true)
            .writableDisk(
                "1",
                KEY,
                DataPlaneOptions.newBuilder().setDataPlane(DataPlane.DATA_PLANE_SDK).build(),
                2);
    CvdObject object = (CvdObject) endpoint.object();
    assertEquals("vda", object.device());
    assertEquals("", object.snapshot());
  }
}
