package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.TestPlatformResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("INV-01")
class InventoryTest {
  private final ScriptedCvm cvm = new ScriptedCvm();

  @AfterEach
  void stop() {
    cvm.close();
  }

  private static String vms(int from, int to) {
    StringBuilder list = new StringBuilder();
    for (int id = from; id < to; id++) {
      list.append(list.isEmpty() ? "" : ",")
          .append(
              "{\"id\":\""
                  + id
                  + "\",\"name\":\"vm"
                  + id
                  + "\",\"hostId\":\"1\",\"status\":\"2\"}");
    }
    return "{\"domain\":[" + list + "]}";
  }

  private void tree(String hosts) {
    cvm.on("GET /hostpool/all", "{\"hostPool\":{\"id\":\"3\",\"name\":\"杭州主机池\"}}")
        .on(
            "GET /cluster/clusters",
            "{\"cluster\":{\"id\":\"2\",\"name\":\"生产集群\",\"hostPoolId\":\"3\"}}")
        .on("GET /host/", hosts);
  }

  @Test
  @Tag("INV-03")
  void parentsComeBeforeChildrenAndTitlesAreKept() {
    tree(
        "{\"host\":{\"@id\":\"1\",\"name\":\"cvknode1\",\"ip\":\"10.0.0.1\",\"clusterId\":\"2\"}}");
    cvm.on(
            "GET /vm/vmList?offset=0&limit=200",
            "{\"domain\":[{\"id\":\"7\",\"name\":\"web-01\",\"title\":\"门户\",\"hostId\":\"1\","
                + "\"vmStatus\":\"paused\",\"storage\":{\"device\":\"vda\",\"diskDevice\":\"disk\","
                + "\"capacity\":\"1024.5\"}},{\"id\":\"8\",\"name\":\"tpl\",\"status\":\"0\"}]}")
        .on("GET /vm/vmList", "{}");
    List<InventoryNode> nodes = cvm.connect().inventory();
    assertEquals(
        List.of("pool:3", "cluster:2", "host:1", "vm:7"),
        nodes.stream().map(InventoryNode::getId).toList());
    assertEquals(
        List.of("", "pool:3", "cluster:2", "host:1"),
        nodes.stream().map(InventoryNode::getParentId).toList());
    InventoryNode vm = nodes.get(3);
    assertEquals("web-01", vm.getName());
    assertEquals("门户", vm.getTitle());
    assertEquals("paused", vm.getState());
    assertEquals(1024 * 1048576L + 524288, vm.getDiskBytes());
    assertEquals("10.0.0.1", nodes.get(2).getAddress());
  }

  @Test
  void allPagesAreReadAlsoWhenThePlatformCapsThem() {
    tree("{\"host\":{\"id\":\"1\",\"name\":\"h\",\"clusterId\":\"2\"}}");
    cvm.on("GET /vm/vmList?offset=0&limit=200", vms(0, 100))
        .on("GET /vm/vmList?offset=100&limit=200", vms(100, 150))
        .on("GET /vm/vmList", "{}");
    assertEquals(153, cvm.connect().inventory().size());
  }

  @Test
  void platformThatIgnoresTheOffsetIsReadOnce() {
    tree("{}");
    cvm.on("GET /vm/vmList", vms(0, 30));
    assertEquals(32, cvm.connect().inventory().size());
    assertEquals(2, cvm.count("GET /vm/vmList"));
  }

  @Test
  void olderReleasesAreAskedFromAboveWhereAHostBelongs() {
    tree("{\"host\":[{\"id\":\"1\",\"name\":\"a\"},{\"id\":\"4\",\"name\":\"b\"}]}");
    cvm.on("GET /vm/vmList", "{}")
        .on("GET /hostpool/host/3", "{\"host\":[{\"id\":\"1\"},{\"id\":\"4\"}]}")
        .on("GET /cluster/hostNodes?clusterId=2", "{\"host\":{\"id\":\"1\"}}");
    List<InventoryNode> nodes = cvm.connect().inventory();
    assertEquals("cluster:2", nodes.get(2).getParentId());
    assertEquals("pool:3", nodes.get(3).getParentId());
  }

  @Test
  @Tag("RES-01")
  void testTellsTheReleaseAndWhetherItIsListed() {
    cvm.on("GET /operator/test", ScriptedCvm.json(204, ""))
        .on("GET /version", "{\"casVersion\":\"E0785P03\"}")
        .on("GET /version", "{\"casVersion\":\"E0999\"}");
    TestPlatformResponse listed = cvm.connect().test();
    assertEquals("H3C CAS", listed.getProduct());
    assertEquals("E0785P03", listed.getVersion());
    assertEquals(0, listed.getNoticesCount());
    assertEquals(
        NoticeCode.PLATFORM_VERSION_UNLISTED.name(), cvm.connect().test().getNotices(0).getCode());
  }

  @Test
  @Tag("RES-07")
  void vmIsDescribedWithoutItsPasswords() {
    Texts.vm(
        cvm, "3", "", Texts.disk("vda", "qcow2", ",\"sizeBytes\":\"1073742336\",\"mode\":\"2\""));
    VmDescription vm = cvm.connect().describeVm("1");
    assertEquals("shutOff", vm.getState());
    assertEquals("uefi", vm.getFirmware());
    assertEquals("hd,cdrom", vm.getBootOrder());
    assertEquals(2048, vm.getMemoryMib());
    assertEquals("127.0.0.1", vm.getHostAddress());
    assertEquals("1", vm.getNetworks(0).getProfileId());
    DiskDescription disk = vm.getDisks(0);
    assertEquals("/vms/share01/web-01-vda", disk.getDiskKey());
    assertEquals(1073742336L, disk.getSizeBytes());
    assertEquals(-1, disk.getAllocatedBytes());
    assertEquals("eager-zeroed", disk.getPreallocation());
    assertEquals("subordinate", disk.getMode());
    assertFalse(vm.getPlatformDocument().contains("geheim"));
    assertTrue(vm.getPlatformDocument().contains("CentOS"));
  }

  @Test
  void sizesInMegabytesWithAFractionAreWholeSectors() {
    Texts.vm(cvm, "3", "", Texts.disk("vda", "qcow2", ",\"maxSize\":\"1024.00048828125\""));
    assertEquals(1073742336L, cvm.connect().describeVm("1").getDisks(0).getSizeBytes());
  }

  @Test
  void vmThatIsGoneIsSaidSo() {
    cvm.on("GET /vm/9", ScriptedCvm.refusal(1001, "虚拟机不存在"));
    BackupException e = assertThrows(BackupException.class, () -> cvm.connect().describeVm("9"));
    assertEquals(ErrorCode.VM_NOT_FOUND, e.code());
  }

  @Test
  void nameIsComparedExactlyAndSentEncoded() {
    Texts.vm(cvm, "2", "", Texts.disk("vda", "qcow2", ""));
    cvm.on(
            "GET /vm/vmList?domainName=web-01&offset=0&limit=200",
            "{\"domain\":[{\"id\":\"5\",\"name\":\"web-010\"},{\"id\":\"1\",\"name\":\"web-01\"}]}")
        .on("GET /vm/vmList", "{}");
    assertEquals("1", cvm.connect().findVmByName("web-01").orElseThrow().getVmId());
    assertTrue(cvm.connect().findVmByName("a&b= ../'门\"").isEmpty());
    assertEquals(
        1, cvm.count("GET /vm/vmList?domainName=a%26b%3D%20..%2F%27%E9%97%A8%22&offset=0"));
  }

  @Test
  @Tag("CAS-14")
  void resourcesOfAHost() {
    cvm.on("GET /host/id/1", Texts.HOST)
        .on(
            "GET /storage/pool?hostId=1",
            "{\"storagePool\":{\"name\":\"share01\",\"type\":\"fs\",\"totalSize\":\"10\","
                + "\"freeSize\":\"4\",\"status\":\"0\"}}")
        .on("GET /host/id/1/vswitch", "{\"vSwitch\":{\"id\":\"1\",\"name\":\"vswitch0\"}}")
        .on("GET /profile", "{\"portProfile\":[{\"id\":1,\"name\":\"Default\"}]}");
    HostResources resources = cvm.connect().hostResources("1");
    assertEquals(4 << 20, resources.getStoragePools(0).getFreeBytes());
    assertFalse(resources.getStoragePools(0).getActive());
    assertEquals("vswitch0", resources.getVswitches(0).getName());
    assertEquals("Default", resources.getProfiles(0).getName());
    cvm.on("GET /host/id/8", ScriptedCvm.refusal(402, "主机不存在"));
    BackupException e = assertThrows(BackupException.class, () -> cvm.connect().hostResources("8"));
    assertEquals(ErrorCode.TARGET_HOST_UNKNOWN, e.code());
  }
}
