package io.holdfast.simulator.hikcloud;

import static io.holdfast.simulator.hikcloud.CloudState.HOSTS;
import static io.holdfast.simulator.hikcloud.CloudState.INSTANCES;
import static io.holdfast.simulator.hikcloud.CloudState.SNAPSHOTS;
import static io.holdfast.simulator.hikcloud.CloudState.VOLUMES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.Router.Call;
import java.util.List;

/** The calls of the platform [INF]; see {@code doc/hikcloud-simulator.md}. */
final class CloudApi {
  private static final String PREFIX = "/api/compute/v1";
  private static final String PAGE_SIZE = "100";

  private final CloudState state;
  private final CloudOptions options;
  private final CloudInstances instances;
  private final CloudFreezes freezes;
  private final CloudSnapshots snapshots;
  private final CloudTasks tasks;

  CloudApi(
      CloudState state,
      CloudOptions options,
      CloudInstances instances,
      CloudFreezes freezes,
      CloudSnapshots snapshots,
      CloudTasks tasks) {
    this.state = state;
    this.options = options;
    this.instances = instances;
    this.freezes = freezes;
    this.snapshots = snapshots;
    this.tasks = tasks;
  }

  void register(Router router) {
    router.add("GET", PREFIX + "/version", call -> version());
    router.add("GET", PREFIX + "/hosts", call -> paged(call, state.all(HOSTS, each -> true)));
    router.add("GET", PREFIX + "/instances", this::instances);
    router.add("GET", PREFIX + "/instances/{vm}", call -> instance(call.path().get(0)));
    router.add("POST", PREFIX + "/instances/{vm}/action", this::act);
    router.add(
        "GET",
        PREFIX + "/instances/{vm}/volumes",
        call -> list(instances.volumes(call.path().get(0))));
    router.add("GET", PREFIX + "/volumes/{v}", call -> state.get(VOLUMES, call.path().get(0)));
    router.add("GET", PREFIX + "/snapshots", this::snapshots);
    router.add("POST", PREFIX + "/snapshots", this::createSnapshots);
    router.add("PUT", PREFIX + "/snapshots/{s}", this::renameSnapshot);
    router.add("DELETE", PREFIX + "/snapshots/{s}", this::deleteSnapshot);
    router.add("POST", PREFIX + "/snapshots/{s}/rollback", this::rollBack);
    router.add("GET", PREFIX + "/tasks/{t}", call -> tasks.get(call.path().get(0)));
    router.add("GET", PREFIX + "/storages", call -> storages());
  }

  private static JsonNode version() {
    return Json.object()
        .put("product", "Hikvision Edge Cloud")
        .put("version", "V1.8.0")
        .put("arch", System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64");
  }

  private static JsonNode paged(Call call, List<ObjectNode> things) {
    return CloudState.page(
        things,
        Long.parseLong(call.query("page", "1")),
        Long.parseLong(call.query("size", PAGE_SIZE)));
  }

  private static JsonNode list(List<ObjectNode> things) {
    return Json.array().addAll(things);
  }

  private JsonNode instances(Call call) {
    String host = call.query("hostId", "");
    String name = call.query("name", "");
    List<ObjectNode> found =
        state.all(
            INSTANCES,
            each ->
                (host.isEmpty() || each.get("hostId").asText().equals(host))
                    && (name.isEmpty() || each.get("name").asText().contains(name)));
    return paged(call, found.stream().map(each -> instance(each.get("id").asText())).toList());
  }

  private ObjectNode instance(String id) {
    ObjectNode out;
    synchronized (state) {
      out = state.get(INSTANCES, id).deepCopy();
      out.putArray("volumes").addAll(instances.volumes(id));
    }
    out.remove("freezeLog");
    freezes.describeAgent(out);
    out.remove(CloudFreezes.BOOTS);
    return out;
  }

  private JsonNode act(Call call) {
    String id = call.path().get(0);
    String type = Json.text(call.body(), "type", "");
    state.get(INSTANCES, id);
    if (type.equals("freeze") || type.equals("qga-ping")) {
      freezes.requireAgent(id);
    }
    return tasks.begin(type, call.fault(), () -> instances.act(id, call.body()));
  }

  private JsonNode snapshots(Call call) {
    String volume = call.query("volumeId", "");
    String instance = call.query("instanceId", "");
    return paged(
        call,
        state.all(
            SNAPSHOTS,
            each ->
                (volume.isEmpty() || each.get("volumeId").asText().equals(volume))
                    && (instance.isEmpty() || each.get("instanceId").asText().equals(instance))));
  }

  private JsonNode createSnapshots(Call call) {
    snapshots.requirePossible(call.body());
    return tasks.begin("snapshot-create", call.fault(), () -> snapshots.create(call.body()));
  }

  /** The name is the platform's only; the RBD snapshot keeps its own. */
  private JsonNode renameSnapshot(Call call) {
    String name = Json.text(call.body(), "name", "");
    if (name.isBlank()) {
      throw CloudException.invalid("name 不能为空");
    }
    state.put(SNAPSHOTS, call.path().get(0), "name", TextNode.valueOf(name));
    return state.get(SNAPSHOTS, call.path().get(0));
  }

  private JsonNode deleteSnapshot(Call call) {
    String id = call.path().get(0);
    state.get(SNAPSHOTS, id);
    return tasks.begin("snapshot-delete", call.fault(), () -> snapshots.delete(id));
  }

  private JsonNode rollBack(Call call) {
    String id = call.path().get(0);
    snapshots.requireRollback(id);
    return tasks.begin("snapshot-rollback", call.fault(), () -> snapshots.rollBack(id));
  }

  private JsonNode storages() {
    ObjectNode pool =
        Json.object().put("id", options.pool()).put("name", options.pool()).put("type", "ceph");
    pool.setAll(state.storage());
    return list(List.of(pool));
  }
}
