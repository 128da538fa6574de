package io.holdfast.platform.hikcloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.CephStorageAccess;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.StoragePoolDescription;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Registration, tree and descriptions. */
class CloudInventoryTest {
  private final ScriptedCloud cloud = new ScriptedCloud();
  private final ScriptedCeph ceph = Instances.images();

  @AfterEach
  void stop() {
    cloud.close();
  }

  private ErrorCode testFails(PlatformAccess access) {
    return assertThrows(BackupException.class, () -> ScriptedCloud.connect(ceph, access).test())
        .code();
  }

  private void version(String version) {
    cloud.now(
        "GET /version",
        "{\"product\":\"Hikvision Edge Cloud\",\"version\":\""
            + version
            + "\",\"arch\":\"aarch64\"}");
    cloud.now(
        "GET /storages",
        "[{\"id\":\""
            + ScriptedCloud.POOL
            + "\",\"type\":\"ceph\",\"totalGb\":10,\"freeGb\":2.5}]");
  }

  @Test
  @Tag("RES-02")
  void registrationTellsReleaseAndArchitecture() {
    version("V1.8.0");
    TestPlatformResponse told = cloud.connect(ceph).test();
    assertEquals("Hikvision Edge Cloud", told.getProduct());
    assertEquals("V1.8.0", told.getVersion());
    assertEquals(List.of("aarch64"), told.getArchitecturesList());
    assertEquals(0, told.getNoticesCount());
    version("V1.9.0");
    assertEquals(
        NoticeCode.PLATFORM_VERSION_UNLISTED.name(),
        cloud.connect(ceph).test().getNotices(0).getCode());
  }

  @Test
  @Tag("RES-02")
  void registrationFailsAtOnceAndSaysAtWhat() {
    version("V1.8.0");
    assertEquals(
        ErrorCode.PLATFORM_LOGIN_REFUSED, testFails(cloud.access().setPassword("x").build()));
    assertEquals(
        ErrorCode.PLATFORM_LOGIN_REFUSED, testFails(cloud.access().setUser("other").build()));
    cloud.now("GET /version", ScriptedCloud.raw(503, ""));
    assertEquals(ErrorCode.PLATFORM_BUSY, testFails(cloud.access().build()));
    assertEquals(1, cloud.count("GET /version"));
  }

  @Test
  @Tag("OPT-15")
  void theNumberOfRepetitionsIsThatOfTheResource() {
    cloud.now("GET /instances/vm-1", ScriptedCloud.raw(503, ""));
    for (int retries : new int[] {0, 3}) {
      PlatformAccess access = cloud.access().setRequestRetries(retries).build();
      long before = cloud.count("GET /instances/vm-1");
      assertThrows(
          BackupException.class,
          () -> ScriptedCloud.connect(ceph, access).describeVm(Instances.VM));
      assertEquals(retries + 1, cloud.count("GET /instances/vm-1") - before);
    }
  }

  @Test
  @Tag("RES-03")
  void registeredPoolsAreComparedWithClusterAndPlatform() {
    version("V1.8.0");
    CephStorageAccess.Builder storage =
        CephStorageAccess.newBuilder()
            .setPool(ScriptedCloud.POOL)
            .setClientId("backup")
            .setConfiguration("/etc/ceph/edge.conf")
            .setKeyring("/etc/ceph/k");
    cloud.connect(ceph).test();
    assertEquals(List.of("cluster admin /etc/ceph/ceph.conf"), ceph.asked);
    ScriptedCloud.connect(ceph, cloud.access().setCephStorages(0, storage).build()).test();
    assertEquals("backup", ceph.last.clientId());
    assertEquals(Path.of("/etc/ceph/edge.conf"), ceph.last.configuration());
    assertEquals(Optional.of(Path.of("/etc/ceph/k")), ceph.last.keyring());
    storage.setPool("rbd");
    assertEquals(
        ErrorCode.INVALID_VALUE, testFails(cloud.access().setCephStorages(0, storage).build()));
    ceph.pools = List.of("rbd");
    assertEquals(ErrorCode.CEPH_POOL_MISSING, testFails(cloud.access().build()));
  }

  @Test
  @Tag("INV-01")
  void vmsStandBelowTheirPhysicalHosts() {
    cloud.on(
        "GET /hosts",
        "{\"list\":[{\"id\":\"h1\",\"name\":\"node1\",\"ip\":\"10.0.0.1\",\"status\":\"UP\"}],"
            + "\"total\":1}");
    String page =
        IntStream.range(0, 100)
            .mapToObj(i -> "{\"id\":\"v" + i + "\",\"name\":\"n\",\"hostId\":\"h1\"}")
            .collect(Collectors.joining(","));
    cloud
        .on("GET /instances?page=1&size=100", "{\"list\":[" + page + "],\"total\":102}")
        .on(
            "GET /instances?page=2&size=100",
            "{\"list\":["
                + Instances.vm("SHELVED", "", Instances.twoVolumes())
                + ",{\"id\":\"lost\",\"hostId\":\"h9\",\"status\":\"ACTIVE\"}],\"total\":102}");
    List<InventoryNode> nodes = cloud.connect(ceph).inventory();
    assertEquals(103, nodes.size());
    assertEquals("host:h1", nodes.get(0).getId());
    assertEquals("10.0.0.1", nodes.get(0).getAddress());
    assertEquals(InventoryNode.Kind.HOST, nodes.get(0).getKind());
    InventoryNode vm = nodes.get(101);
    assertEquals("vm:vm-1", vm.getId());
    assertEquals("门户", vm.getName());
    assertEquals("host:h1", vm.getParentId());
    assertEquals("shelved", vm.getState());
    assertEquals(128 << 20, vm.getDiskBytes());
    assertEquals("", nodes.get(102).getParentId());
    assertEquals(List.of(), ceph.asked);
  }

  @Test
  @Tag("HIK-01")
  void aVmIsDescribedWithItsDisksByDevice() {
    Instances.of(cloud, "ACTIVE");
    VmDescription vm = cloud.connect(ceph).describeVm(Instances.VM);
    assertEquals(Instances.VM, vm.getUuid());
    assertEquals("门户", vm.getName());
    assertEquals("running", vm.getState());
    assertEquals("node1", vm.getHostName());
    assertEquals("10.0.0.1", vm.getHostAddress());
    assertEquals("running", vm.getGuestTools());
    assertEquals("fa:16", vm.getNetworks(0).getMac());
    DiskDescription root = vm.getDisks(0);
    assertEquals(Instances.ROOT, root.getDiskKey());
    assertEquals("vda", root.getDevice());
    assertEquals("virtio", root.getBus());
    assertEquals(64 << 20, root.getSizeBytes());
    assertEquals(ScriptedCloud.POOL, root.getStoragePool());
    assertEquals("ceph", root.getStoragePoolType());
    assertEquals(List.of(), ceph.asked);
  }

  @Test
  void volumesThatAreNotToldWithTheVmAreAskedFor() {
    String vm = Instances.vm("SHUTOFF", "", "").replace(",\"volumes\":[]", "");
    Instances.told(cloud, vm).on("GET /instances/vm-1/volumes", "[" + Instances.twoVolumes() + "]");
    assertEquals(2, cloud.connect(ceph).describeVm(Instances.VM).getDisksCount());
  }

  @Test
  void aVmThatIsGoneIsSaidSoAndNamesAreComparedExactly() {
    BackupException e =
        assertThrows(BackupException.class, () -> cloud.connect(ceph).describeVm("9"));
    assertEquals(ErrorCode.VM_NOT_FOUND, e.code());
    Instances.of(cloud, "ACTIVE")
        .on(
            "GET /instances?name=%E9%97%A8%E6%88%B7&page=1&size=100",
            "{\"list\":[{\"id\":\"2\",\"name\":\"门户2\"},{\"id\":\"vm-1\",\"name\":\"门户\"}],"
                + "\"total\":2}");
    assertEquals("vm-1", cloud.connect(ceph).findVmByName("门户").orElseThrow().getVmId());
    assertTrue(cloud.connect(ceph).findVmByUuid("vm-9").isEmpty());
    assertEquals("门户", cloud.connect(ceph).findVmByUuid("vm-1").orElseThrow().getName());
  }

  @Test
  @Tag("OPT-07")
  void storagePoolsTellTheirSpace() {
    version("V1.8.0");
    Instances.of(cloud, "ACTIVE");
    StoragePoolDescription pool = cloud.connect(ceph).hostResources("h1").getStoragePools(0);
    assertEquals(ScriptedCloud.POOL, pool.getName());
    assertEquals(10L << 30, pool.getTotalBytes());
    assertEquals(5L << 29, pool.getFreeBytes());
    BackupException e =
        assertThrows(BackupException.class, () -> cloud.connect(ceph).hostResources("h2"));
    assertEquals(ErrorCode.TARGET_HOST_UNKNOWN, e.code());
  }
}
