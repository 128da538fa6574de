package io.holdfast.simulator.seed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.record.Leftovers;
import io.holdfast.simulator.rest.VmCalls;
import io.holdfast.simulator.state.CasState.Boot;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Nic;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.VirtualSwitch;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.vm.Firmware;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Lifecycle.DiskOrder;
import io.holdfast.simulator.vm.Machines;
import io.holdfast.simulator.vm.Power;
import io.holdfast.simulator.vm.Snapshots;
import io.holdfast.simulator.vm.Tracking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes VMs of any shape, for seeds and for tests. SIM-01, SIM-02. */
public final class LabVms {
  private final StateStore store;
  private final LabDisks disks;
  private final Machines machines;
  private final Lifecycle lifecycle;
  private final Parts parts;

  public LabVms(
      StateStore store, LabDisks disks, Machines machines, Lifecycle lifecycle, Parts parts) {
    this.store = store;
    this.disks = disks;
    this.machines = machines;
    this.lifecycle = lifecycle;
    this.parts = parts;
  }

  /** What else shapes need. */
  public record Parts(
      Power power,
      Snapshots snapshots,
      Tracking tracking,
      Firmware firmware,
      Leftovers leftovers) {}

  /** Creates a VM as ordered (see the README's lab section) and brings it into its state. */
  public ObjectNode create(JsonNode order) throws IOException {
    Vm vm = new Vm();
    vm.id = store.change(s -> s.nextVmId++);
    vm.uuid = Json.text(order, "uuid", UUID.randomUUID().toString());
    vm.name = Json.text(order, "name", "vm-" + vm.id);
    settings(vm, order);
    networks(vm, order);
    List<DiskOrder> orders = new ArrayList<>();
    for (JsonNode disk : Json.list(order, "disks")) {
      orders.add(disks.make(vm, order, disk, orders.size()));
    }
    lifecycle.create(vm, orders);
    if (vm.bios.equals("UEFI")) {
      parts.firmware().createVariables(vm);
    }
    machines.locked(
        vm.id,
        v -> {
          bring(v, order);
          return null;
        });
    parts.leftovers().adopt(vm);
    return describe(vm);
  }

  private static ObjectNode describe(Vm vm) {
    ObjectNode out =
        Json.object()
            .put("id", vm.id)
            .put("name", vm.name)
            .put("uuid", vm.uuid)
            .put("hostId", vm.hostId);
    ArrayNode list = out.putArray("disks");
    for (Disk disk : vm.disks) {
      list.addObject()
          .put("device", disk.device)
          .put("path", disk.path())
          .put("format", disk.format)
          .put("sizeBytes", disk.sizeBytes);
    }
    return out;
  }

  private void settings(Vm vm, JsonNode order) {
    vm.title = Json.text(order, "title", vm.name);
    vm.description = Json.text(order, "description", "");
    vm.hostId = (int) Json.number(order, "hostId", store.read(s -> s.hosts.get(0).id));
    boolean arm =
        store.read(s -> s.host(vm.hostId).map(s::arch).orElse("x86_64")).equals("aarch64");
    vm.memoryMegabytes = (int) Json.number(order, "memory", 2048);
    vm.cpuSockets = (int) Json.number(order, "cpuSockets", 1);
    vm.cpuCores = (int) Json.number(order, "cpuCores", 2);
    vm.cpuMode = arm ? "host-passthrough" : Json.text(order, "cpuMode", "custom");
    vm.system = (int) Json.number(order, "system", 1);
    vm.osBit = Json.text(order, "osBit", arm ? "aarch64" : "x86_64");
    vm.osVersion = Json.text(order, "osVersion", "CentOS 7/8 64位");
    vm.bios = Json.text(order, "bios", "BIOS");
    vm.vncPassword = Json.text(order, "vncPassword", "");
    vm.protectedFromDeletion = Json.flag(order, "protected");
    Json.list(order, "bootOrder").forEach(device -> vm.bootOrder.add(device.asText()));
    change(vm, order);
  }

  private static Boot boot(JsonNode order) {
    Boot boot = new Boot();
    boot.kernel = Json.text(order, "kernel", "");
    boot.initrd = Json.text(order, "initrd", "");
    boot.append = Json.text(order, "append", "");
    boot.firmware = Json.text(order, "firmware", "");
    boot.variables = Json.text(order, "variables", "");
    return boot;
  }

  /** What a lab order may change of a VM at any time: shutdown, protection, names, its guest. */
  public static void change(Vm vm, JsonNode order) {
    String shutdown = Json.text(order, "shutdown", "");
    if (!shutdown.isEmpty()) {
      vm.shutdownRefused = shutdown.equals("refused");
      vm.shutdownMillis =
          switch (shutdown) {
            case "refused", "default" -> -1;
            case "never" -> Power.NEVER;
            default -> Long.parseLong(shutdown);
          };
    }
    if (order.has("protected")) {
      vm.protectedFromDeletion = Json.flag(order, "protected");
    }
    vm.title = Json.text(order, "title", vm.title);
    vm.vncPassword = Json.text(order, "vncPassword", vm.vncPassword);
    if (order.has("boot")) {
      vm.boot = order.get("boot").isObject() ? boot(order.get("boot")) : null;
    }
  }

  /** As {@link #change}, and the firmware of a VM that is off. The VM's lock is held. */
  public void alter(Vm vm, JsonNode order) throws IOException {
    store.change(
        s -> {
          change(vm, order);
          return null;
        });
    if (order.has("bios")) {
      parts.firmware().change(vm, Json.text(order, "bios", ""));
    }
    if (order.has("boot")) {
      parts.firmware().prepareGuest(vm);
    }
  }

  private void networks(Vm vm, JsonNode order) {
    if (!order.has("networks")) {
      vm.nics.add(nic(vm, Json.object().put("ipAddr", Json.text(order, "ipAddr", ""))));
      return;
    }
    Json.list(order, "networks").forEach(n -> vm.nics.add(nic(vm, n)));
  }

  private Nic nic(Vm vm, JsonNode order) {
    Nic nic = new Nic();
    nic.mac = Json.text(order, "mac", "");
    if (nic.mac.isEmpty()) {
      nic.mac = VmCalls.newMac(store);
    }
    String name = Json.text(order, "vsName", "");
    Optional<VirtualSwitch> of =
        store.read(
            s ->
                s.switches.stream()
                    .filter(v -> v.hostId == vm.hostId && (name.isEmpty() || v.name.equals(name)))
                    .findFirst());
    nic.vsId = of.map(v -> v.id).orElse(0);
    nic.profileId = (int) Json.number(order, "profileId", 1);
    nic.deviceModel = Json.text(order, "deviceModel", "virtio");
    nic.ipAddr = Json.text(order, "ipAddr", "");
    return nic;
  }

  private void bring(Vm vm, JsonNode order) throws IOException {
    String state = Json.text(order, "state", Json.flag(order, "running") ? "running" : "shutOff");
    if (Json.flag(order, "lazy") && state.equals("running") && !Json.flag(order, "cbt")) {
      machines.startOnPaper(vm);
    } else if (!List.of("shutOff", "template", "recycled").contains(state)) {
      parts.power().start(vm);
    }
    for (JsonNode snapshot : Json.list(order, "snapshots")) {
      snapshot(vm, snapshot);
    }
    if (Json.flag(order, "cbt")) {
      machines.requireQemu(vm);
      parts.tracking().enable(vm);
    }
    enter(vm, state);
  }

  /** Takes a snapshot that somebody else owns: {@code name}, {@code external}, {@code desc}. */
  public void snapshot(Vm vm, JsonNode order) throws IOException {
    Snapshot snapshot = new Snapshot();
    snapshot.name = Json.text(order, "name", "snap");
    snapshot.title = Json.text(order, "title", snapshot.name);
    snapshot.description = Json.text(order, "desc", "");
    snapshot.external = Json.flag(order, "external");
    snapshot.memory = Json.flag(order, "memory");
    parts.snapshots().take(vm, snapshot);
    parts.leftovers().adopt(vm);
  }

  /** Brings a VM into a state, from wherever it is. The VM's lock is held. */
  public void enter(Vm vm, String state) throws IOException {
    Power power = parts.power();
    boolean on = vm.status == VmStatus.RUNNING || vm.status == VmStatus.PAUSED;
    if (vm.status == VmStatus.PAUSED && !state.equals("paused")) {
      power.setPaused(vm, false);
    }
    switch (state) {
      case "running" -> {
        if (!on) {
          power.start(vm);
        }
      }
      case "paused" -> {
        if (!on) {
          power.start(vm);
        }
        if (vm.status == VmStatus.RUNNING) {
          power.setPaused(vm, true);
        }
      }
      case "hibernated" -> {
        if (!on) {
          power.start(vm);
        }
        power.hibernate(vm);
      }
      case "migrating" -> vm.migrating = true;
      case "settled" -> vm.migrating = false;
      case "unknown" -> machines.note(vm, VmStatus.UNKNOWN);
      case "shutOff", "template", "recycled" -> {
        if (on || vm.hibernated) {
          power.powerOff(vm, true);
        }
        machines.note(vm, state.equals("template") ? VmStatus.TEMPLATE : VmStatus.SHUT_OFF);
        vm.recycled = state.equals("recycled");
      }
      default -> throw new CasException(CasException.UNKNOWN, "no state " + state);
    }
  }
}
