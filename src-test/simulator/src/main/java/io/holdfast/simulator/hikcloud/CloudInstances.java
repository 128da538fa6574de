package io.holdfast.simulator.hikcloud;

import static io.holdfast.simulator.hikcloud.CloudState.INSTANCES;
import static io.holdfast.simulator.hikcloud.CloudState.VOLUMES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.holdfast.simulator.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * What happens to instances: start, stop, the actions of the API, their guests' writes.
 * Thread-safe.
 */
final class CloudInstances {
  private static final Set<String> RUNNING = Set.of("ACTIVE", "PAUSED");

  private final CloudState state;
  private final CloudGuests guests;
  private final CloudFreezes freezes;

  CloudInstances(CloudState state, CloudGuests guests, CloudFreezes freezes) {
    this.state = state;
    this.guests = guests;
    this.freezes = freezes;
  }

  /** Starts the processes of instances that run, as after a restart of the simulator. */
  void resume() throws IOException {
    for (ObjectNode instance :
        state.all(INSTANCES, each -> RUNNING.contains(each.get("status").asText()))) {
      guests.start(instance.get("id").asText(), shape(instance));
      pause(instance, instance.get("status").asText());
    }
  }

  List<ObjectNode> volumes(String id) {
    state.get(INSTANCES, id);
    return state.all(VOLUMES, volume -> volume.path("instanceId").asText().equals(id));
  }

  private CloudGuests.Shape shape(ObjectNode instance) {
    List<String> images =
        volumes(instance.get("id").asText()).stream()
            .map(volume -> volume.get("rbdName").asText())
            .toList();
    return new CloudGuests.Shape(
        images, CloudFreezes.boots(instance) ? instance.get("memoryMb").asInt() : 0);
  }

  private void pause(ObjectNode instance, String status) throws IOException {
    if (CloudFreezes.boots(instance)) {
      guests.setPaused(instance.get("id").asText(), status.equals("PAUSED"));
    }
  }

  private String status(String id) {
    synchronized (state) {
      return state.get(INSTANCES, id).get("status").asText();
    }
  }

  /** One of the actions of the API. */
  JsonNode act(String id, JsonNode body) throws IOException {
    switch (Json.text(body, "type", "")) {
      case "start" -> start(id);
      case "stop" -> stop(id);
      case "freeze" -> freezes.freeze(id, Json.number(body, "timeoutSec", 60));
      case "thaw" -> freezes.thaw(id, "call");
      case "qga-ping" -> freezes.ping(id);
      default -> throw CloudException.invalid("未知操作");
    }
    return Json.object().put("status", status(id));
  }

  private void start(String id) throws IOException {
    if (status(id).equals("ACTIVE")) {
      return;
    }
    if (!status(id).equals("SHUTOFF")) {
      throw CloudException.state("实例状态不允许启动：" + status(id));
    }
    set(id, "ACTIVE");
  }

  private void stop(String id) throws IOException {
    if (!List.of("ACTIVE", "SHUTOFF").contains(status(id))) {
      throw CloudException.state("实例状态不允许关机：" + status(id));
    }
    set(id, "SHUTOFF");
  }

  /** Brings an instance into a state, whatever it was in; for the lab too. */
  void set(String id, String status) throws IOException {
    ObjectNode instance = state.get(INSTANCES, id);
    if (RUNNING.contains(status)) {
      guests.start(id, shape(instance));
      pause(instance, status);
    } else {
      freezes.forget(id);
      guests.stop(id);
    }
    state.put(INSTANCES, id, "status", TextNode.valueOf(status));
  }

  /** A guest's write: waits while its file systems are frozen. */
  void guestWrites(String id, int disk, String command) throws IOException {
    freezes.awaitThawed(id);
    guests.io(id, disk, command);
  }
}
