package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Nic;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.task.Tasks;
import io.holdfast.simulator.task.Tasks.Subject;
import io.holdfast.simulator.vm.Firmware;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Machines;
import java.io.IOException;

/**
 * Changes of a VM's settings: processors and memory grow online and shrink offline, disks grow
 * online on virtio only, firmware, disk mode and cache change offline. SIM-02.
 */
public final class ModifyCalls {
  private final StateStore store;
  private final Machines machines;
  private final Lifecycle lifecycle;
  private final Firmware firmware;
  private final Tasks tasks;

  public ModifyCalls(
      StateStore store, Machines machines, Lifecycle lifecycle, Firmware firmware, Tasks tasks) {
    this.store = store;
    this.machines = machines;
    this.lifecycle = lifecycle;
    this.firmware = firmware;
    this.tasks = tasks;
  }

  /** Adds the routes. */
  public void register(Router router) {
    router.add("PUT", "/vm/modify", this::modify);
  }

  private JsonNode modify(Call call) {
    JsonNode body = call.body();
    Vm vm = machines.vm((int) Json.number(body, "id", 0));
    VmCalls.requireSettled(vm);
    check(vm, body);
    return tasks.submit(
        new Subject(22, "修改虚拟机", vm.id, vm.name),
        call.fault(),
        t ->
            machines.locked(
                vm.id,
                v -> {
                  apply(v, body);
                  return null;
                }));
  }

  private static void check(Vm vm, JsonNode body) {
    boolean off = vm.status == VmStatus.SHUT_OFF && !vm.hibernated;
    JsonNode cpu = body.path("cpu");
    long processors =
        Json.number(cpu, "cpuSockets", vm.cpuSockets) * Json.number(cpu, "cpuCores", vm.cpuCores);
    long memory = Json.number(body.path("memory"), "size", vm.memoryMegabytes);
    boolean shrinks = processors < vm.cpuSockets * vm.cpuCores || memory < vm.memoryMegabytes;
    boolean offlineOnly =
        body.path("basic").has("bios")
            || cpu.has("cpuMode")
            || body.path("storage").has("diskMode")
            || body.path("storage").has("cacheType");
    if (!off && (shrinks || offlineOnly)) {
      throw new CasException(
          CasException.WRONG_STATE,
          "虚拟机 " + vm.name + " 当前状态为 " + VmStatus.text(vm.status) + "，该修改需要关机");
    }
    if (processors < 1 || memory < 1) {
      throw new CasException(CasException.UNKNOWN, "参数无效");
    }
    if (body.has("storage")) {
      Disk disk = Guests.requireDisk(vm, Json.text(body.get("storage"), "deviceName", ""));
      boolean grows = body.get("storage").has("size") || body.get("storage").has("sizeBytes");
      if (!off && grows && !disk.targetBus.equals("virtio")) {
        throw new CasException(CasException.WRONG_STATE, "总线 " + disk.targetBus + " 不支持在线扩容");
      }
    }
  }

  private void apply(Vm vm, JsonNode body) throws IOException {
    JsonNode basic = body.path("basic");
    if (basic.has("bios") && store.read(s -> s.keepsFirmware)) {
      firmware.change(vm, Json.text(basic, "bios", ""));
    }
    if (body.has("storage")) {
      disk(vm, body.get("storage"));
    }
    store.change(
        s -> {
          vm.title = Json.text(basic, "title", vm.title);
          vm.description = Json.text(basic, "description", vm.description);
          if (basic.has("protectModel")) {
            vm.protectedFromDeletion = Json.flag(basic, "protectModel");
          }
          vm.memoryMegabytes = (int) Json.number(body.path("memory"), "size", vm.memoryMegabytes);
          vm.cpuSockets = (int) Json.number(body.path("cpu"), "cpuSockets", vm.cpuSockets);
          vm.cpuCores = (int) Json.number(body.path("cpu"), "cpuCores", vm.cpuCores);
          boolean arm = s.host(vm.hostId).map(s::arch).orElse("").equals("aarch64");
          vm.cpuMode = arm ? vm.cpuMode : Json.text(body.path("cpu"), "cpuMode", vm.cpuMode);
          vm.vncPassword = Json.text(body.path("graphics"), "password", vm.vncPassword);
          if (body.has("bootDev")) {
            vm.bootOrder.clear();
            Json.list(body, "bootDev").forEach(device -> vm.bootOrder.add(device.asText()));
          }
          if (body.has("network")) {
            network(vm, body.get("network"));
          }
          return null;
        });
  }

  private void disk(Vm vm, JsonNode order) throws IOException {
    Disk disk = Guests.requireDisk(vm, Json.text(order, "deviceName", ""));
    if (order.has("size") || order.has("sizeBytes")) {
      lifecycle.resize(vm, disk, Lifecycle.sizeBytes(order, "size"));
    }
    store.change(
        s -> {
          disk.diskMode = Json.text(order, "diskMode", disk.diskMode);
          disk.cacheType = Json.text(order, "cacheType", disk.cacheType);
          return null;
        });
  }

  /** The card of this MAC gets another switch or template. */
  private static void network(Vm vm, JsonNode order) {
    Nic nic =
        vm.nics.stream()
            .filter(n -> n.mac.equals(Json.text(order, "mac", "")))
            .findFirst()
            .orElseThrow(() -> new CasException(CasException.DEVICE, "网卡不存在"));
    nic.vsId = (int) Json.number(order, "vsId", nic.vsId);
    nic.profileId = (int) Json.number(order, "profileId", nic.profileId);
  }
}
