package io.holdfast.simulator.hikcloud;

import static io.holdfast.simulator.hikcloud.CloudState.INSTANCES;
import static io.holdfast.simulator.hikcloud.CloudState.SNAPSHOTS;
import static io.holdfast.simulator.hikcloud.CloudState.VOLUMES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Snapshots of volumes: one RBD snapshot each, those of one call at one instant as far as a frozen
 * guest makes it one. A call that fails half-way takes back what it made. Thread-safe.
 */
final class CloudSnapshots {
  private static final int FREEZE_SECONDS = 60;

  private final CloudState state;
  private final CloudOptions options;
  private final CloudFreezes freezes;
  private final RbdImages images;
  private final Clock clock;

  CloudSnapshots(
      CloudState state, CloudOptions options, CloudFreezes freezes, RbdImages images, Clock clock) {
    this.state = state;
    this.options = options;
    this.freezes = freezes;
    this.images = images;
    this.clock = clock;
  }

  /** Looks whether a call can be made at all; what it answers is answered at once. */
  void requirePossible(JsonNode body) {
    if (Json.list(body, "volumeIds").isEmpty()) {
      throw CloudException.invalid("volumeIds 不能为空");
    }
    Json.list(body, "volumeIds").forEach(id -> state.get(VOLUMES, id.asText()));
    String instance = Json.text(body, "instanceId", "");
    synchronized (state) {
      String status =
          instance.isEmpty() ? "" : state.get(INSTANCES, instance).get("status").asText();
      if (status.startsWith("SHELVED")) {
        throw CloudException.state("实例已搁置");
      }
    }
    if (Json.flag(body, "quiesce")) {
      freezes.requireAgent(instance);
    }
  }

  /** Makes the snapshots of a group: {@code {groupId, snapshots: […]}}. */
  JsonNode create(JsonNode body) throws IOException {
    String instance = Json.text(body, "instanceId", "");
    boolean quiesce = Json.flag(body, "quiesce") && !freezes.isFrozen(instance);
    if (quiesce) {
      freezes.freeze(instance, FREEZE_SECONDS);
    }
    List<ObjectNode> made = new ArrayList<>();
    try {
      String group = UUID.randomUUID().toString();
      for (JsonNode volume : Json.list(body, "volumeIds")) {
        made.add(createOne(volume.asText(), group, body));
      }
      ObjectNode result = Json.object().put("groupId", group);
      result.putArray("snapshots").addAll(made);
      return result;
    } catch (IOException | RuntimeException failed) {
      for (ObjectNode snapshot : made) {
        delete(snapshot.get("id").asText());
      }
      throw failed;
    } finally {
      if (quiesce) {
        freezes.thaw(instance, "snapshot");
      }
    }
  }

  private ObjectNode createOne(String volumeId, String group, JsonNode body) throws IOException {
    ObjectNode volume = state.get(VOLUMES, volumeId);
    String id = UUID.randomUUID().toString();
    String name = options.templates().snapshot().replace("{snapshot_id}", id);
    images.snapshot(volume.get("rbdName").asText(), name);
    ObjectNode snapshot =
        Json.object()
            .put("id", id)
            .put("groupId", group)
            .put("name", Json.text(body, "name", id))
            .put("volumeId", volumeId)
            .put("instanceId", Json.text(body, "instanceId", ""))
            .put("sizeGb", volume.get("sizeGb").asDouble())
            .put("status", "available")
            .put("createdAt", clock.instant().toString())
            .put("rbdSnapName", name);
    state.add(SNAPSHOTS, snapshot);
    return snapshot;
  }

  /** Deletes one; refused while it is protected or has clones. */
  JsonNode delete(String id) throws IOException {
    ObjectNode snapshot = state.get(SNAPSHOTS, id);
    ObjectNode volume = state.get(VOLUMES, snapshot.get("volumeId").asText());
    try {
      images.removeSnapshot(volume.get("rbdName").asText(), snapshot.get("rbdSnapName").asText());
    } catch (IOException refused) {
      if (String.valueOf(refused.getMessage()).contains("protected")) {
        throw new CloudException(409, "HEC-40921", "快照受保护，存在克隆卷");
      }
      if (!String.valueOf(refused.getMessage()).contains("No such file")) {
        throw refused;
      }
    }
    state.remove(SNAPSHOTS, id);
    return null;
  }

  /** Whether a rollback would be refused is answered at once. */
  void requireRollback(String id) {
    ObjectNode volume = state.get(VOLUMES, state.get(SNAPSHOTS, id).get("volumeId").asText());
    String instance = volume.path("instanceId").asText("");
    if (!instance.isEmpty()
        && !state.get(INSTANCES, instance).get("status").asText().equals("SHUTOFF")) {
      throw CloudException.state("回滚快照前请先关机");
    }
  }

  JsonNode rollBack(String id) throws IOException {
    ObjectNode snapshot = state.get(SNAPSHOTS, id);
    ObjectNode volume = state.get(VOLUMES, snapshot.get("volumeId").asText());
    images.rollBack(volume.get("rbdName").asText(), snapshot.get("rbdSnapName").asText());
    return null;
  }
}
