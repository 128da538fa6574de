package io.holdfast.platform.hikcloud;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.agent.protocol.HostResources;
import io.holdfast.agent.protocol.InventoryNode;
import io.holdfast.agent.protocol.StoragePoolDescription;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.hikcloud.rest.CloudHttp;
import io.holdfast.platform.hikcloud.rest.CloudPath;
import io.holdfast.platform.hikcloud.rest.CloudReply;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.StreamSupport;

/** Physical hosts, VMs and storage pools (INV-01, OPT-07). Reads only. Thread-safe. */
final class CloudInstances {
  private static final CloudPath HOSTS = CloudPath.of("hosts");
  private static final CloudPath INSTANCES = CloudPath.of("instances");

  private final CloudHttp http;
  private final CloudErrors errors;
  private final Map<String, JsonNode> hosts = new ConcurrentHashMap<>();

  CloudInstances(CloudHttp http, CloudErrors errors) {
    this.http = http;
    this.errors = errors;
  }

  /**
   * Physical hosts and, below them, their VMs, paged to the end. A VM of a host that is not in the
   * list has no parent.
   */
  List<InventoryNode> inventory() {
    List<InventoryNode> result = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (JsonNode host : all(HOSTS)) {
      known.add(host.path("id").asText(""));
      result.add(
          node(InventoryNode.Kind.HOST, "host:", host)
              .setAddress(host.path("ip").asText(""))
              .setState(host.path("status").asText(""))
              .build());
    }
    for (JsonNode vm : all(INSTANCES)) {
      String host = vm.path("hostId").asText("");
      long bytes = 0;
      for (JsonNode volume : vm.path("volumes")) {
        bytes += CloudVolume.bytes(volume.path("sizeGb"));
      }
      result.add(
          node(InventoryNode.Kind.VM, "vm:", vm)
              .setParentId(known.contains(host) ? "host:" + host : "")
              .setState(CloudVm.state(vm.path("status").asText("")))
              .setDiskBytes(bytes)
              .build());
    }
    return result;
  }

  private static InventoryNode.Builder node(
      InventoryNode.Kind kind, String prefix, JsonNode thing) {
    String id = thing.path("id").asText("");
    String name = thing.path("name").asText("");
    return InventoryNode.newBuilder()
        .setKind(kind)
        .setId(prefix + id)
        .setName(name)
        .setTitle(name)
        .setPlatformObjectId(id);
  }

  private List<JsonNode> all(CloudPath path) {
    CloudHttp.Pages pages = http.all(path);
    if (pages.refusal().isPresent()) {
      throw errors.refused(pages.refusal().get());
    }
    return pages.things();
  }

  /** The VM of this id; VM_NOT_FOUND. */
  CloudVm vm(String id) {
    return find(id).orElseThrow(() -> errors.about(ErrorCode.VM_NOT_FOUND, "vm", id));
  }

  /** The VM of this id, if it is there. */
  Optional<CloudVm> find(String id) {
    CloudReply reply = http.get(CloudPath.of("instances", id));
    if (reply.absent()) {
      return Optional.empty();
    }
    JsonNode instance = errors.required(reply, "vm", id).data();
    JsonNode volumes = instance.path("volumes");
    if (!volumes.isArray()) {
      CloudReply told = http.get(CloudPath.of("instances", id, "volumes"));
      volumes = errors.required(told, "vm", id).data();
    }
    return Optional.of(
        CloudVm.of(instance, volumes, hostIfKnown(instance.path("hostId").asText(""))));
  }

  /** By its exact name; where several have it, the first of the list. */
  Optional<CloudVm> findByName(String name) {
    return all(INSTANCES.with("name", name)).stream()
        .filter(each -> each.path("name").asText("").equals(name))
        .findFirst()
        .flatMap(each -> find(each.path("id").asText("")));
  }

  /** A host as it was when this connection first heard of it; missing when it is not known. */
  private JsonNode hostIfKnown(String id) {
    if (!hosts.containsKey(id)) {
      all(HOSTS).forEach(each -> hosts.put(each.path("id").asText(""), each));
    }
    return hosts.getOrDefault(id, MissingNode.getInstance());
  }

  /** The platform's storage pools; TARGET_HOST_UNKNOWN for a host that is not there. */
  HostResources resources(String hostId) {
    if (all(HOSTS).stream().noneMatch(each -> each.path("id").asText("").equals(hostId))) {
      throw errors.about(ErrorCode.TARGET_HOST_UNKNOWN, "host", hostId);
    }
    HostResources.Builder result = HostResources.newBuilder();
    pools()
        .forEach(
            pool ->
                result.addStoragePools(
                    StoragePoolDescription.newBuilder()
                        .setName(pool.path("id").asText(""))
                        .setTitle(pool.path("name").asText(""))
                        .setType(pool.path("type").asText(""))
                        .setTotalBytes(CloudVolume.bytes(pool.path("totalGb")))
                        .setFreeBytes(CloudVolume.bytes(pool.path("freeGb")))
                        .setActive(true)));
    return result.build();
  }

  /** The platform's storage pools as it tells them. */
  List<JsonNode> pools() {
    JsonNode data = errors.required(http.get(CloudPath.of("storages"))).data();
    JsonNode list = data.isArray() ? data : data.path("list");
    return StreamSupport.stream(list.spliterator(), false).toList();
  }
}
