package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.state.CasState;
import io.holdfast.simulator.state.CasState.Cluster;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.HostPool;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.VirtualSwitch;
import io.holdfast.simulator.state.Release;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.task.Tasks;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reading calls about everything but VMs: version, host pools, clusters, hosts, pools, networks,
 * tasks.
 */
public final class InventoryCalls {
  private final StateStore store;
  private final Volumes volumes;
  private final Describe describe;
  private final Tasks tasks;

  public InventoryCalls(StateStore store, Volumes volumes, Describe describe, Tasks tasks) {
    this.store = store;
    this.volumes = volumes;
    this.describe = describe;
    this.tasks = tasks;
  }

  /** Adds the routes. */
  public void register(Router router) {
    router.add("GET", "/operator/test", c -> null);
    router.add("GET", "/operator/getAuthUrl", c -> Json.object().put("authUrl", ""));
    router.add("GET", "/version", c -> version());
    router.add(
        "GET",
        "/system/parameters",
        c -> Json.object().put("secondLevelDir", store.read(s -> s.secondLevelFolders) ? 1 : 0));
    router.add(
        "GET",
        "/operator/operatorInfoList",
        c ->
            listOf(
                "operator",
                Json.array()
                    .add(
                        Json.object()
                            .put("id", 1)
                            .put("loginName", "admin")
                            .put("name", "系统管理员"))));
    router.add("GET", "/hostpool/all", c -> listOf("hostPool", hostPools()));
    router.add("GET", "/hostpool/{id}/allChildNode", c -> listOf("childNode", children(c.id(0))));
    router.add(
        "GET",
        "/hostpool/host/{id}",
        c -> listOf("host", page(hosts(h -> h.hostPoolId == requirePool(c.id(0))), c)));
    router.add("GET", "/cluster/clusters", c -> listOf("cluster", clusters()));
    router.add("GET", "/cluster/{id}", c -> cluster(c.id(0)));
    router.add("GET", "/cluster/summary/{id}", c -> cluster(c.id(0)));
    router.add(
        "GET",
        "/cluster/hostNodes",
        c -> listOf("host", hosts(h -> h.clusterId == c.idQuery("clusterId"))));
    router.add("GET", "/host", c -> listOf("host", hosts(h -> true)));
    router.add("GET", "/host/id/{id}", c -> describe.hostDetail(requireHost(c.id(0))));
    router.add("GET", "/host/summary/{id}", c -> describe.hostDetail(requireHost(c.id(0))));
    router.add("GET", "/host/overview/{id}", c -> describe.hostDetail(requireHost(c.id(0))));
    router.add(
        "GET",
        "/host/id/{id}/monitor",
        c ->
            Json.object()
                .put("id", requireHost(c.id(0)).id)
                .put("cpuRate", 3.5)
                .put("memRate", 41.0));
    router.add("GET", "/host/id/{id}/storage", c -> listOf("storagePool", pools(c.id(0))));
    router.add(
        "GET",
        "/host/id/{id}/vswitch",
        c -> listOf("vSwitch", switches(v -> v.hostId == requireHost(c.id(0)).id)));
    router.add("GET", "/storage/pool", c -> listOf("storagePool", pools(c.idQuery("hostId"))));
    router.add("GET", "/storage/host/pool", c -> listOf("storagePool", pools(c.idQuery("hostId"))));
    router.add(
        "GET",
        "/storage/info",
        c -> describe.pool(volumes.pool(c.idQuery("hostId"), c.query("poolName", ""))));
    router.add("GET", "/storage/volume", this::volumeList);
    router.add(
        "GET",
        "/vswitch",
        c ->
            listOf(
                "vSwitch",
                switches(
                    v ->
                        c.query("clusterId", "").isEmpty()
                            || requireHost(v.hostId).clusterId == c.idQuery("clusterId"))));
    router.add(
        "GET",
        "/vswitch/info",
        c -> first(switches(v -> v.id == c.idQuery("vsId")), CasException.NO_SWITCH, "虚拟交换机不存在"));
    router.add("GET", "/profile", c -> listOf("portProfile", profiles(0)));
    router.add(
        "GET",
        "/profile/{id}",
        c -> first(profiles(c.id(0)), CasException.NO_PROFILE, "网络策略模板不存在"));
    router.add(
        "GET",
        "/message/{id}",
        c ->
            tasks
                .describe(Long.parseLong(c.path().get(0)))
                .orElseThrow(CvmServer.NotFoundException::new));
    router.add("PUT", "/message/cancel/{id}", this::cancel);
  }

  private JsonNode version() {
    Release release = store.read(s -> Release.of(s.release));
    return Json.object()
        .put("casVersion", release.plain())
        .put("product", release.uis() ? "UIS" : "CAS");
  }

  private JsonNode cancel(Call call) {
    tasks.cancel(Long.parseLong(call.path().get(0)));
    return null;
  }

  static ObjectNode listOf(String name, ArrayNode list) {
    ObjectNode out = Json.object();
    out.set(name, list);
    return out;
  }

  private static JsonNode first(ArrayNode list, int code, String message) {
    if (list.isEmpty()) {
      throw new CasException(code, message);
    }
    return list.get(0);
  }

  static ArrayNode page(ArrayNode all, Call call) {
    int offset = Integer.parseInt(call.query("offset", "0"));
    int limit = Integer.parseInt(call.query("limit", call.query("pageSize", "0")));
    ArrayNode out = Json.array();
    for (int i = offset; i < all.size() && (limit <= 0 || i < offset + limit); i++) {
      out.add(all.get(i));
    }
    return out;
  }

  private int requirePool(int id) {
    if (store.read(s -> s.hostPools.stream().noneMatch(p -> p.id == id))) {
      throw new CasException(CasException.NO_HOST_POOL, "主机池不存在：" + id);
    }
    return id;
  }

  Host requireHost(int id) {
    return store
        .read(s -> s.host(id))
        .orElseThrow(() -> new CasException(CasException.NO_HOST, "主机不存在：" + id));
  }

  private ArrayNode hostPools() {
    ArrayNode out = Json.array();
    for (HostPool pool : store.read(s -> List.copyOf(s.hostPools))) {
      long children =
          store.read(s -> s.clusters.stream().filter(c -> c.hostPoolId == pool.id).count());
      out.addObject()
          .put("id", pool.id)
          .put("name", pool.name)
          .put("childNum", children)
          .put("operatorGroupCode", "0")
          .put("operatorGroupId", 1);
    }
    return out;
  }

  private ArrayNode children(int poolId) {
    requirePool(poolId);
    ArrayNode out = Json.array();
    store.read(
        s -> {
          s.clusters.stream()
              .filter(c -> c.hostPoolId == poolId)
              .forEach(
                  c ->
                      out.addObject()
                          .put("@type", "cluster")
                          .put("id", c.id)
                          .put("name", c.name)
                          .put("hostPoolId", poolId));
          s.hosts.stream()
              .filter(h -> h.hostPoolId == poolId)
              .forEach(
                  h ->
                      out.addObject()
                          .put("@type", "host")
                          .put("id", h.id)
                          .put("name", h.name)
                          .put("ip", h.ip)
                          .put("hostPoolId", poolId)
                          .put("clusterId", h.clusterId));
          return null;
        });
    return out;
  }

  private ObjectNode clusterJson(CasState state, Cluster cluster) {
    long hosts = state.hosts.stream().filter(h -> h.clusterId == cluster.id).count();
    return Json.object()
        .put("id", cluster.id)
        .put("name", cluster.name)
        .put("hostPoolId", cluster.hostPoolId)
        .put("childNum", hosts)
        .put("enableHA", 1);
  }

  private ArrayNode clusters() {
    ArrayNode out = Json.array();
    store.read(
        s -> {
          s.clusters.forEach(c -> out.add(clusterJson(s, c)));
          return null;
        });
    return out;
  }

  private JsonNode cluster(int id) {
    return store
        .read(
            s ->
                s.clusters.stream().filter(c -> c.id == id).findFirst().map(c -> clusterJson(s, c)))
        .orElseThrow(() -> new CasException(CasException.UNKNOWN, "集群不存在：" + id));
  }

  private ArrayNode hosts(Predicate<Host> wanted) {
    ArrayNode out = Json.array();
    store.read(s -> List.copyOf(s.hosts)).stream()
        .filter(wanted)
        .forEach(h -> out.add(describe.host(h)));
    return out;
  }

  private ArrayNode pools(int hostId) throws IOException {
    requireHost(hostId);
    ArrayNode out = Json.array();
    for (StoragePool pool : store.read(s -> List.copyOf(s.pools))) {
      if (pool.seenBy(hostId)) {
        out.add(describe.pool(pool));
      }
    }
    return out;
  }

  private JsonNode volumeList(Call call) throws IOException {
    ArrayNode all =
        describe.volumeList(volumes.pool(call.idQuery("hostId"), call.query("poolName", "")));
    String name = call.query("volumeName", "");
    ArrayNode wanted = Json.array();
    all.forEach(
        v -> {
          if (name.isEmpty() || v.get("name").asText().equals(name)) {
            wanted.add(v);
          }
        });
    return listOf("storageVolume", page(wanted, call));
  }

  private ArrayNode switches(Predicate<VirtualSwitch> wanted) {
    ArrayNode out = Json.array();
    store.read(s -> List.copyOf(s.switches)).stream()
        .filter(wanted)
        .forEach(v -> out.add(Describe.virtualSwitch(v)));
    return out;
  }

  private ArrayNode profiles(int id) {
    ArrayNode out = Json.array();
    store.read(s -> List.copyOf(s.profiles)).stream()
        .filter(p -> id == 0 || p.id == id)
        .forEach(p -> out.addObject().put("id", p.id).put("name", p.name).put("vlanId", p.vlanId));
    return out;
  }
}
