package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.platform.h3ccas.rest.CasHttp;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tree of host pools, clusters, hosts and VMs (INV-01). Node ids are {@code pool:1}, {@code
 * cluster:1}, {@code host:1}, {@code vm:1}. Parents come before children.
 */
final class CasInventory {
  private final CasHttp http;
  private final CasErrors errors;
  private final CasVms vms;

  CasInventory(CasHttp http, CasErrors errors, CasVms vms) {
    this.http = http;
    this.errors = errors;
    this.vms = vms;
  }

  List<InventoryNode> read() {
    List<InventoryNode> result = new ArrayList<>();
    for (CasNode pool : list(CasPath.of("hostpool", "all"), "hostPool")) {
      result.add(node(InventoryNode.Kind.HOST_POOL, "pool:", pool, "").build());
    }
    List<CasNode> clusters = list(CasPath.of("cluster", "clusters"), "cluster");
    for (CasNode cluster : clusters) {
      String parent = reference("pool:", cluster, "hostPoolId");
      result.add(node(InventoryNode.Kind.CLUSTER, "cluster:", cluster, parent).build());
    }
    hosts(result, clusters);
    for (CasNode vm : vms.all()) {
      result.add(vm(vm));
    }
    return result;
  }

  private void hosts(List<InventoryNode> result, List<CasNode> clusters) {
    List<CasNode> hosts = list(CasPath.of("host").slash(), "host");
    Map<String, String> parents = new HashMap<>();
    boolean told = hosts.stream().allMatch(each -> each.has("hostPoolId") || each.has("clusterId"));
    if (!told) {
      parents.putAll(parentsAsked(result, clusters));
    }
    for (CasNode host : hosts) {
      String cluster = reference("cluster:", host, "clusterId");
      String own = cluster.isEmpty() ? reference("pool:", host, "hostPoolId") : cluster;
      String parent = own.isEmpty() ? parents.getOrDefault(host.text("id"), "") : own;
      result.add(
          node(InventoryNode.Kind.HOST, "host:", host, parent)
              .setAddress(host.firstText("ip", "address"))
              .setState(host.text("status"))
              .build());
    }
  }

  /** [P] Older releases tell a host's place only from above: by pool, then by cluster. */
  private Map<String, String> parentsAsked(List<InventoryNode> pools, List<CasNode> clusters) {
    Map<String, String> result = new HashMap<>();
    for (InventoryNode pool : pools) {
      if (pool.getKind() == InventoryNode.Kind.HOST_POOL) {
        CasPath path = CasPath.of("hostpool", "host", pool.getPlatformObjectId());
        list(path.with("offset", 0).with("limit", 1000), "host")
            .forEach(host -> result.put(host.text("id"), pool.getId()));
      }
    }
    for (CasNode cluster : clusters) {
      CasPath path = CasPath.of("cluster", "hostNodes").with("clusterId", cluster.text("id"));
      list(path, "host")
          .forEach(host -> result.put(host.text("id"), "cluster:" + cluster.text("id")));
    }
    return result;
  }

  private List<CasNode> list(CasPath path, String element) {
    return errors.required(http.get(path)).body().list(element);
  }

  private static String reference(String prefix, CasNode node, String field) {
    String id = node.text(field);
    return id.isEmpty() || id.equals("0") ? "" : prefix + id;
  }

  private static InventoryNode.Builder node(
      InventoryNode.Kind kind, String prefix, CasNode node, String parent) {
    String title = node.text("title");
    return InventoryNode.newBuilder()
        .setKind(kind)
        .setId(prefix + node.text("id"))
        .setParentId(parent)
        .setName(node.text("name"))
        .setTitle(title.isEmpty() ? node.text("name") : title)
        .setPlatformObjectId(node.text("id"));
  }

  private static InventoryNode vm(CasNode vm) {
    long bytes =
        vm.list("storage").stream()
            .filter(each -> !each.has("diskDevice") || each.text("diskDevice").equals("disk"))
            .mapToLong(each -> CasVmReader.bytesOf(each.decimal("capacity")))
            .sum();
    return node(InventoryNode.Kind.VM, "vm:", vm, reference("host:", vm, "hostId"))
        .setState(CasVmReader.state(vm))
        .setDiskBytes(bytes)
        .build();
  }
}
