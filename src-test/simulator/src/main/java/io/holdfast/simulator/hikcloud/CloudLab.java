package io.holdfast.simulator.hikcloud;

import static io.holdfast.simulator.hikcloud.CloudState.INSTANCES;
import static io.holdfast.simulator.hikcloud.CloudState.VOLUMES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.GuestAgent;
import io.holdfast.simulator.rest.Router;
import io.holdfast.simulator.rest.Router.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** What tests order: instances of any shape, states, guests' writes, faults. No part of the API. */
final class CloudLab {
  private static final double GIB = 1L << 30;

  private final CloudState state;
  private final CloudOptions options;
  private final CloudInstances instances;
  private final RbdImages images;
  private final CloudGuests guests;
  private final Faults faults;

  CloudLab(
      CloudState state,
      CloudOptions options,
      CloudInstances instances,
      Below below,
      Faults faults) {
    this.state = state;
    this.options = options;
    this.instances = instances;
    this.images = below.images();
    this.guests = below.guests();
    this.faults = faults;
  }

  /** What the platform stands on. */
  record Below(RbdImages images, CloudGuests guests) {}

  void register(Router router) {
    router.add("POST", "/instances", this::create);
    router.add("GET", "/instances/{vm}", call -> state.get(INSTANCES, call.path().get(0)));
    router.add("DELETE", "/instances/{vm}", this::delete);
    router.add("POST", "/instances/{vm}/status", this::setStatus);
    router.add("POST", "/instances/{vm}/qga", this::setAgent);
    router.add("POST", "/instances/{vm}/io", this::guestWrites);
    router.add("GET", "/instances/{vm}/console", this::console);
    router.add("POST", "/instances/{vm}/agent", this::agent);
    router.add("POST", "/volumes/{v}/resize", this::resize);
    router.add("POST", "/volumes/{v}/flatten", this::flatten);
    router.add("POST", "/volumes/{v}/recreate", this::recreate);
    router.add("POST", "/storage", this::setStorage);
    router.add("GET", "/faults", call -> faults.describe());
    router.add("POST", "/faults", call -> Json.object().put("id", faults.add(call.body())));
    router.add("DELETE", "/faults", this::clearFaults);
  }

  /**
   * Makes an instance, off: {@code {name, hostId, qga, boots, memoryMb, disks:[{sizeBytes,
   * ephemeral, storageType, parent, file}]}}.
   */
  private JsonNode create(Call call) throws IOException {
    String id = UUID.randomUUID().toString();
    ObjectNode instance =
        Json.object()
            .put("id", id)
            .put("name", Json.text(call.body(), "name", "vm-" + id.substring(0, 8)))
            .put("hostId", Json.text(call.body(), "hostId", "host-1"))
            .put("status", "SHUTOFF")
            .put("taskState", "")
            .put("imageId", UUID.randomUUID().toString())
            .put("vcpu", 2)
            .put("memoryMb", Json.number(call.body(), "memoryMb", 2048));
    if (Json.flag(call.body(), CloudFreezes.BOOTS)) {
      instance.put(CloudFreezes.BOOTS, true);
    }
    boolean agent = !Json.text(call.body(), "qga", "true").equals("false");
    instance.putObject("qga").put("installed", agent).put("running", agent);
    instance.putArray("nics").addObject().put("mac", "fa:16:3e:00:00:01").put("network", "lab");
    state.add(INSTANCES, instance);
    List<JsonNode> disks = Json.list(call.body(), "disks");
    for (int i = 0; i < disks.size(); i++) {
      addVolume(id, disks.get(i), i);
    }
    ObjectNode out = instance.deepCopy();
    out.putArray("volumes").addAll(instances.volumes(id));
    return out;
  }

  private void addVolume(String instanceId, JsonNode disk, int index) throws IOException {
    String id = UUID.randomUUID().toString();
    boolean ceph = Json.text(disk, "storageType", "ceph").equals("ceph");
    String name =
        Json.flag(disk, "ephemeral")
            ? options.templates().instance().replace("{instance_id}", instanceId)
            : options.templates().volume().replace("{volume_id}", id);
    String file = Json.text(disk, "file", "");
    long size =
        file.isEmpty() ? Json.number(disk, "sizeBytes", 1 << 30) : Files.size(Path.of(file));
    String parent = Json.text(disk, "parent", "");
    if (!file.isEmpty()) {
      images.importFile(file, name);
    } else if (ceph && parent.isEmpty()) {
      images.create(name, size);
    } else if (ceph) {
      images.clone(parent, name);
    }
    state.add(
        VOLUMES,
        Json.object()
            .put("id", id)
            .put("name", "disk-" + index)
            .put("instanceId", instanceId)
            .put("sizeGb", size / GIB)
            .put("status", "in-use")
            .put("bootable", index == 0)
            .put("device", "/dev/vd" + (char) ('a' + index))
            .put("pool", options.pool())
            .put("storageType", ceph ? "ceph" : "local")
            .put("rbdName", ceph ? name : ""));
  }

  private JsonNode delete(Call call) throws IOException {
    String id = call.path().get(0);
    instances.set(id, "SHUTOFF");
    for (ObjectNode volume : instances.volumes(id)) {
      images.remove(volume.get("rbdName").asText());
      state.remove(VOLUMES, volume.get("id").asText());
    }
    state.remove(INSTANCES, id);
    return null;
  }

  private JsonNode setStatus(Call call) throws IOException {
    instances.set(call.path().get(0), Json.text(call.body(), "status", "SHUTOFF"));
    return null;
  }

  private JsonNode setAgent(Call call) {
    ObjectNode agent = Json.object().put("installed", true);
    agent.put("running", Json.flag(call.body(), "running"));
    state.put(INSTANCES, call.path().get(0), "qga", agent);
    return null;
  }

  /** A guest's write: {@code {disk: 0, command: "write -P 0x41 0 65536"}} in qemu-io's words. */
  private JsonNode guestWrites(Call call) throws IOException {
    instances.guestWrites(
        call.path().get(0),
        (int) Json.number(call.body(), "disk", 0),
        Json.text(call.body(), "command", ""));
    return null;
  }

  private JsonNode console(Call call) throws IOException {
    Path file = guests.console(call.path().get(0));
    String text = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    return Json.object().put("text", text);
  }

  /** A command to the agent of a real guest: {@code {execute, arguments}}. */
  private JsonNode agent(Call call) throws IOException {
    try (GuestAgent agent = guests.agent(call.path().get(0))) {
      JsonNode answer =
          agent.execute(
              Json.text(call.body(), "execute", "guest-ping"), call.body().get("arguments"));
      return Json.object().set("return", answer);
    }
  }

  private String image(Call call) {
    return state.get(VOLUMES, call.path().get(0)).get("rbdName").asText();
  }

  private JsonNode resize(Call call) throws IOException {
    long size = Json.number(call.body(), "sizeBytes", 0);
    images.resize(image(call), size);
    state.put(VOLUMES, call.path().get(0), "sizeGb", DoubleNode.valueOf(size / GIB));
    return null;
  }

  private JsonNode flatten(Call call) throws IOException {
    images.flatten(image(call));
    return null;
  }

  /** The image is made anew under its name, as by somebody who restores it by hand. */
  private JsonNode recreate(Call call) throws IOException {
    images.remove(image(call));
    double size = state.get(VOLUMES, call.path().get(0)).get("sizeGb").asDouble();
    images.create(image(call), (long) (size * GIB));
    return null;
  }

  private JsonNode setStorage(Call call) {
    synchronized (state) {
      state.storage().setAll((ObjectNode) call.body());
      state.save();
    }
    return null;
  }

  private JsonNode clearFaults(Call call) {
    faults.clear();
    return null;
  }
}
