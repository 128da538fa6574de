package io.holdfast.simulator.seed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.VmCalls;
import io.holdfast.simulator.state.CasState.Nic;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.storage.Volumes.NewImage;
import io.holdfast.simulator.vm.Images;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Lifecycle.DiskOrder;
import io.holdfast.simulator.vm.Machines;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Makes VMs with chosen disks and content, for seeds and for tests. */
public final class LabVms {
  private final StateStore store;
  private final Volumes volumes;
  private final Images images;
  private final Machines machines;
  private final Lifecycle lifecycle;

  public LabVms(
      StateStore store, Volumes volumes, Images images, Machines machines, Lifecycle lifecycle) {
    this.store = store;
    this.volumes = volumes;
    this.images = images;
    this.machines = machines;
    this.lifecycle = lifecycle;
  }

  /** Creates a VM as ordered (see the protocol's lab section) and starts it when asked. */
  public ObjectNode create(JsonNode order) throws IOException {
    Vm vm = new Vm();
    vm.id = store.change(s -> s.nextVmId++);
    vm.uuid = UUID.randomUUID().toString();
    vm.name = Json.text(order, "name", "vm-" + vm.id);
    vm.title = Json.text(order, "title", vm.name);
    vm.description = Json.text(order, "description", "");
    vm.hostId = (int) Json.number(order, "hostId", store.read(s -> s.hosts.get(0).id));
    vm.memoryMegabytes = (int) Json.number(order, "memory", 2048);
    vm.cpuSockets = (int) Json.number(order, "cpuSockets", 1);
    vm.cpuCores = (int) Json.number(order, "cpuCores", 2);
    vm.system = (int) Json.number(order, "system", 1);
    vm.osVersion = Json.text(order, "osVersion", "CentOS 7/8 64位");
    vm.bios = Json.text(order, "bios", "BIOS");
    network(vm, order);
    List<DiskOrder> disks = new ArrayList<>();
    for (JsonNode disk : Json.list(order, "disks")) {
      disks.add(disk(vm, order, disk, disks.size()));
    }
    lifecycle.create(vm, disks);
    if (Json.flag(order, "running")) {
      machines.locked(
          vm.id,
          v -> {
            lifecycle.start(v);
            return null;
          });
    }
    return Json.object().put("id", vm.id).put("name", vm.name);
  }

  private void network(Vm vm, JsonNode order) {
    Nic nic = new Nic();
    nic.mac = VmCalls.newMac(store);
    nic.vsId =
        store
            .read(s -> s.switches.stream().filter(v -> v.hostId == vm.hostId).findFirst())
            .map(v -> v.id)
            .orElse(0);
    nic.profileId = 1;
    nic.ipAddr = Json.text(order, "ipAddr", "");
    vm.nics.add(nic);
  }

  private DiskOrder disk(Vm vm, JsonNode order, JsonNode disk, int index) throws IOException {
    ObjectNode rest = disk.deepCopy();
    if (!rest.has("diskMode") && order.has("diskMode")) {
      rest.put("diskMode", Json.text(order, "diskMode", "subordinate"));
    }
    String existing = Json.text(disk, "path", "");
    if (!existing.isEmpty()) {
      return new DiskOrder(existing, "", 0, 0, true, rest);
    }
    StoragePool pool = volumes.pool(vm.hostId, Json.text(disk, "pool", "share01"));
    String base = Volumes.safeName(vm.name) + (index == 0 ? "" : "_disk" + (index + 1));
    if (Files.exists(volumes.file(vm.hostId, "/vms/" + pool.name + "/" + base))) {
      base += "_" + vm.id;
    }
    int depth = (int) Json.number(disk, "chainDepth", 1);
    String format = Json.text(disk, "format", "qcow2");
    long size = Json.number(disk, "sizeBytes", 1L << 30);
    List<JsonNode> content = Json.list(disk, "content");
    String path = "";
    for (int level = 0; level < depth; level++) {
      String next = volumes.newPath(pool, "", level == depth - 1 ? base : base + ".base" + level);
      if (level == 0) {
        volumes.create(
            vm.hostId,
            new NewImage(
                next,
                format,
                size,
                (int) Json.number(disk, "mode", 0),
                Json.flag(disk, "encrypted")));
      } else {
        volumes.createOverlay(vm.hostId, next, path, size);
      }
      List<JsonNode> own = new ArrayList<>();
      for (int i = level; i < content.size(); i += depth) {
        own.add(content.get(i));
      }
      Content.write(images, volumes.file(vm.hostId, next), own);
      path = next;
    }
    return new DiskOrder(path, "", 0, (int) Json.number(disk, "mode", 0), true, rest);
  }
}
