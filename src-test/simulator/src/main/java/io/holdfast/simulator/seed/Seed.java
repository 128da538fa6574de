package io.holdfast.simulator.seed;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.state.CasState;
import io.holdfast.simulator.state.CasState.Cluster;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.HostPool;
import io.holdfast.simulator.state.CasState.Profile;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.VirtualSwitch;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.util.List;

/**
 * What a new state folder begins with: hosts, pools and networks; with {@code demo} also VMs worth
 * looking at.
 */
public final class Seed {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final int MANAGEMENT = 1;
  private static final int BUSINESS = 2;
  private static final int STORAGE = 4;
  private static final int STORAGE_OFFSET = 100;

  private Seed() {}

  /** Hosts on these addresses, one each, in one cluster of one host pool. */
  public static void hosts(StateStore store, List<String> addresses) {
    store.change(
        s -> {
          HostPool pool = new HostPool();
          pool.id = 1;
          pool.name = "杭州主机池";
          s.hostPools.add(pool);
          Cluster cluster = new Cluster();
          cluster.id = 1;
          cluster.name = "生产集群";
          cluster.hostPoolId = 1;
          s.clusters.add(cluster);
          for (int i = 0; i < addresses.size(); i++) {
            host(s, i + 1, addresses.get(i));
          }
          pool(s, "share01", "共享存储 01", "fs", 2_097_152);
          pool(s, "nfs01", "NFS 备用存储", "netfs", 1_048_576);
          pool(s, "lun01", "iSCSI 块存储", "iscsi", 1_048_576);
          profile(s, 1, "Default", 1);
          profile(s, 2, "业务网-VLAN20", 20);
          return null;
        });
  }

  private static void host(CasState state, int id, String address) {
    Host host = new Host();
    host.id = id;
    host.name = "cvknode" + id;
    host.ip = address;
    host.hostPoolId = 1;
    host.clusterId = 1;
    host.cpuCount = 32;
    host.memoryMegabytes = 262_144;
    host.model = "UniServer R4900 G3";
    state.hosts.add(host);
    StoragePool local = pool(state, "defaultpool", "本地默认存储", "dir", 524_288);
    local.hostId = id;
    local.folder = "defaultpool-" + host.name;
    virtualSwitch(state, host, "vswitch0", MANAGEMENT, address);
    virtualSwitch(state, host, "vswitch1", BUSINESS, "");
    if (!storageAddress(address).isEmpty()) {
      virtualSwitch(state, host, "vswitch-storage", STORAGE, storageAddress(address));
    }
  }

  /**
   * The host's address in the storage network: the last number plus a hundred; empty when there is
   * none.
   */
  private static String storageAddress(String address) {
    int dot = address.lastIndexOf('.');
    int last = Integer.parseInt(address.substring(dot + 1)) + STORAGE_OFFSET;
    return last < 255 ? address.substring(0, dot + 1) + last : "";
  }

  /** Gives the host's switches the addresses that go with its own. */
  public static void moveSwitches(CasState state, Host host) {
    for (VirtualSwitch v : state.switches) {
      if (v.hostId == host.id && v.networkType == MANAGEMENT) {
        v.address = host.ip;
      } else if (v.hostId == host.id && v.networkType == STORAGE) {
        v.address = storageAddress(host.ip);
      }
    }
  }

  private static StoragePool pool(
      CasState state, String name, String title, String type, long megabytes) {
    StoragePool pool = new StoragePool();
    pool.name = name;
    pool.title = title;
    pool.type = type;
    pool.folder = name;
    pool.totalMegabytes = megabytes;
    state.pools.add(pool);
    return pool;
  }

  /** Adds a switch to a host. */
  public static VirtualSwitch virtualSwitch(
      CasState state, Host host, String name, int type, String address) {
    VirtualSwitch v = new VirtualSwitch();
    v.id = state.switches.stream().mapToInt(o -> o.id).max().orElse(0) + 1;
    v.name = name;
    v.hostId = host.id;
    v.address = address;
    v.networkType = type;
    v.pnic = "eth" + Integer.numberOfTrailingZeros(type);
    state.switches.add(v);
    return v;
  }

  private static void profile(CasState state, int id, String name, int vlan) {
    Profile profile = new Profile();
    profile.id = id;
    profile.name = name;
    profile.vlanId = vlan;
    state.profiles.add(profile);
  }

  /** Volumes on the block pool, which CAS cannot create there. */
  public static void blockVolumes(Volumes volumes, StateStore store) throws IOException {
    StoragePool pool = store.read(s -> s.pool(1, "lun01")).orElseThrow();
    for (int i = 1; i <= 2; i++) {
      try (java.io.RandomAccessFile file =
          new java.io.RandomAccessFile(
              volumes.folder(pool).resolve("lun-vol-0" + i).toFile(), "rw")) {
        file.setLength(GIB);
      }
    }
  }

  /** Six VMs, one of them running. */
  public static void demo(LabVms lab) throws IOException {
    ObjectNode web =
        vm("web-01", "门户网站 Web 01", 1)
            .put("description", "对外门户，Nginx + Tomcat")
            .put("running", true)
            .put("ipAddr", "10.1.0.11");
    ArrayNode webDisks = web.putArray("disks");
    ArrayNode system = disk(webDisks, 2 * GIB, "qcow2", "share01");
    content(system, 0, 64 * MIB, 11);
    content(system, 96 * MIB, 176 * MIB, 12);
    content(system, GIB, 160 * MIB, 13);
    content(disk(webDisks, 256 * MIB, "qcow2", "share01"), 0, 24 * MIB, 14);
    lab.create(web);

    ObjectNode database =
        vm("db-01", "订单数据库 MySQL 主库", 2).put("memory", 8192).put("ipAddr", "10.1.0.21");
    ArrayNode databaseDisks = database.putArray("disks");
    content(disk(databaseDisks, GIB, "qcow2", "share01"), 0, 32 * MIB, 21);
    content(disk(databaseDisks, 2 * GIB, "qcow2", "share01"), 16 * MIB, 48 * MIB, 22);
    lab.create(database);

    ObjectNode finance = vm("fin-app-01", "财务系统应用服务器", 2).put("ipAddr", "10.1.0.31");
    content(disk(finance.putArray("disks"), GIB, "raw", "nfs01"), 0, 16 * MIB, 31);
    lab.create(finance);

    ObjectNode domain =
        vm("ad-dc-01", "域控制器 Windows Server 2019", 1)
            .put("system", 0)
            .put("osVersion", "Microsoft Windows Server 2019 64位")
            .put("bios", "UEFI");
    content(disk(domain.putArray("disks"), 4 * GIB, "qcow2", "defaultpool"), 0, 24 * MIB, 41);
    lab.create(domain);

    ObjectNode clone = vm("dev-clone-07", "Developer desktop (linked clone)", 1);
    ArrayNode cloneDisks = clone.putArray("disks");
    ArrayNode chain = disk(cloneDisks, GIB, "qcow2", "share01");
    ((ObjectNode) cloneDisks.get(0)).put("chainDepth", 3);
    content(chain, 0, 12 * MIB, 51);
    content(chain, 64 * MIB, 8 * MIB, 52);
    content(chain, 66 * MIB, 4 * MIB, 53);
    lab.create(clone);

    ObjectNode archive = vm("archive-01", "影像归档（空盘）", 2);
    disk(archive.putArray("disks"), 8 * GIB, "qcow2", "nfs01");
    lab.create(archive);
  }

  private static ObjectNode vm(String name, String title, int hostId) {
    return Json.object().put("name", name).put("title", title).put("hostId", hostId);
  }

  private static ArrayNode disk(ArrayNode disks, long sizeBytes, String format, String pool) {
    return disks
        .addObject()
        .put("sizeBytes", sizeBytes)
        .put("format", format)
        .put("pool", pool)
        .putArray("content");
  }

  private static void content(ArrayNode content, long offset, long length, int seed) {
    content
        .addObject()
        .put("offset", offset)
        .put("length", length)
        .put("kind", "mixed")
        .put("seed", seed);
  }
}
