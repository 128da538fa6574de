package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.rest.Router.Call;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Nic;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.task.Tasks;
import io.holdfast.simulator.task.Tasks.Subject;
import io.holdfast.simulator.vm.Firmware;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Lifecycle.DiskOrder;
import io.holdfast.simulator.vm.Machines;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Calls that make or change hardware: new VMs, volumes, disks in and out, settings. */
public final class HardwareCalls {
  private final StateStore store;
  private final Volumes volumes;
  private final Machines machines;
  private final Lifecycle lifecycle;
  private final Firmware firmware;
  private final Tasks tasks;

  public HardwareCalls(
      StateStore store,
      Volumes volumes,
      Machines machines,
      Lifecycle lifecycle,
      Firmware firmware,
      Tasks tasks) {
    this.firmware = firmware;
    this.store = store;
    this.volumes = volumes;
    this.machines = machines;
    this.lifecycle = lifecycle;
    this.tasks = tasks;
  }

  /** Adds the routes. */
  public void register(Router router) {
    router.add("POST", "/vm/add", this::addVm);
    router.add("PUT", "/vm/addDevice", this::addDevice);
    router.add("PUT", "/vm/delDevice", this::delDevice);
    router.add("POST", "/storage/volume", this::addVolume);
    router.add("POST", "/storage/volume/add", this::addVolume);
    router.add("DELETE", "/storage/volume/delete/{id}/{pool}/{vol}", this::deleteVolume);
    router.add("DELETE", "/storage/volume/delete/{id}/{pool}/{dir}/{vol}", this::deleteVolume);
  }

  private void requireHost(int id) {
    if (store.read(s -> s.host(id)).isEmpty()) {
      throw new CasException(CasException.NO_HOST, "主机不存在：" + id);
    }
  }

  private JsonNode addVm(Call call) throws IOException {
    JsonNode body = call.body();
    Vm vm = new Vm();
    vm.name = Json.text(body, "name", "");
    if (vm.name.isBlank()) {
      throw new CasException(CasException.UNKNOWN, "虚拟机名称不能为空");
    }
    vm.hostId = (int) Json.number(body, "hostId", 0);
    requireHost(vm.hostId);
    store.read(
        s -> {
          Lifecycle.requireNewName(s, vm.name);
          return null;
        });
    settings(vm, body);
    networks(vm, body);
    List<DiskOrder> orders = orders(vm, body);
    vm.id = store.change(s -> s.nextVmId++);
    vm.uuid = UUID.randomUUID().toString();
    return tasks.submit(
        new Subject(20, "增加虚拟机", 0, vm.name),
        call.fault(),
        t -> {
          lifecycle.create(vm, orders);
          if (vm.bios.equals("UEFI")) {
            firmware.createVariables(vm);
          }
          t.targetId = vm.id;
          t.refreshData.add(new String[] {"vm", Integer.toString(vm.id)});
        });
  }

  private void settings(Vm vm, JsonNode body) {
    vm.title = Json.text(body, "title", vm.name);
    vm.description = Json.text(body, "description", "");
    vm.system = (int) Json.number(body, "system", 1);
    vm.osVersion = Json.text(body, "osVersion", "");
    boolean uefi = Json.text(body, "bios", "BIOS").equals("UEFI");
    vm.bios = uefi && store.read(s -> s.keepsFirmware) ? "UEFI" : "BIOS";
    Json.list(body, "bootDev").forEach(device -> vm.bootOrder.add(device.asText()));
    vm.osBit = Json.text(body, "osBit", "x86_64");
    vm.memoryMegabytes = (int) Json.number(body, "memory", 1024);
    long init = Json.number(body, "memoryInit", -1);
    long unit = Json.text(body, "memoryUnit", "MB").equals("GB") ? 1024 : 1;
    if (vm.memoryMegabytes <= 0 || (init >= 0 && init * unit != vm.memoryMegabytes)) {
      throw new CasException(CasException.UNKNOWN, "内存参数无效");
    }
    vm.cpuSockets = (int) Json.number(body, "cpuSockets", 1);
    vm.cpuCores = (int) Json.number(body, "cpuCores", 1);
    boolean arm = store.read(s -> s.host(vm.hostId).map(s::arch).orElse("")).equals("aarch64");
    vm.cpuMode = arm ? "host-passthrough" : Json.text(body, "cpuMode", "custom");
    if (vm.cpuSockets < 1 || vm.cpuCores < 1) {
      throw new CasException(CasException.UNKNOWN, "CPU 参数无效");
    }
  }

  private void networks(Vm vm, JsonNode body) {
    Json.list(body, "network").forEach(node -> vm.nics.add(nic(vm, node)));
  }

  private Nic nic(Vm vm, JsonNode node) {
    Nic nic = new Nic();
    nic.vsId = (int) Json.number(node, "vsId", 0);
    nic.profileId = (int) Json.number(node, "profileId", 0);
    nic.deviceModel = Json.text(node, "deviceModel", "virtio");
    if (store.read(
        s -> s.switches.stream().noneMatch(v -> v.id == nic.vsId && v.hostId == vm.hostId))) {
      throw new CasException(CasException.NO_SWITCH, "虚拟交换机不存在：" + nic.vsId);
    }
    if (store.read(s -> s.profiles.stream().noneMatch(p -> p.id == nic.profileId))) {
      throw new CasException(CasException.NO_PROFILE, "网络策略模板不存在：" + nic.profileId);
    }
    nic.mac = Json.text(node, "mac", "");
    if (nic.mac.isEmpty()) {
      nic.mac = VmCalls.newMac(store);
    }
    return nic;
  }

  private List<DiskOrder> orders(Vm vm, JsonNode body) throws IOException {
    List<DiskOrder> result = new ArrayList<>();
    Set<String> paths = new LinkedHashSet<>();
    for (JsonNode node : Json.list(body, "storage")) {
      if (!Json.text(node, "device", "disk").equals("disk")) {
        continue;
      }
      boolean existing = Json.text(node, "assignType", "1").equals("0");
      String fallback =
          Volumes.safeName(vm.name) + (result.isEmpty() ? "" : "_disk" + (result.size() + 1));
      DiskOrder order =
          existing
              ? existing(vm.hostId, node, Json.text(node, "storeFile", ""))
              : fresh(vm.hostId, node, "capacity", fallback);
      if (!paths.add(order.path())) {
        throw new CasException(CasException.VOLUME_EXISTS, "存储卷重复：" + order.path());
      }
      result.add(order);
    }
    return result;
  }

  private DiskOrder existing(int hostId, JsonNode node, String path) throws IOException {
    if (!Files.isRegularFile(volumes.file(hostId, path))) {
      throw new CasException(CasException.NO_VOLUME, "存储卷不存在：" + path);
    }
    lifecycle.requireUnused(hostId, path);
    return new DiskOrder(path, "", 0, (int) Json.number(node, "mode", 0), true, node);
  }

  private DiskOrder fresh(int hostId, JsonNode node, String sizeName, String fallbackName)
      throws IOException {
    String given =
        Json.text(node, "storeFile", Json.text(node, "path", Json.text(node, "volName", "")));
    String folder = Json.text(node, "dirName", "");
    String poolName = Json.text(node, "poolName", Json.text(node, "spName", ""));
    String name = given.isEmpty() ? fallbackName : given;
    if (given.startsWith("/vms/")) {
      String[] parts = given.substring(5).split("/", -1);
      poolName = parts[0];
      folder = parts.length > 2 ? parts[1] : "";
      name = parts[parts.length - 1];
    }
    boolean switchedOff = !folder.isEmpty() && !given.startsWith("/vms/");
    if (switchedOff && !store.read(s -> s.secondLevelFolders)) {
      throw new CasException(CasException.BAD_NAME, "未开启存储池二级目录：" + folder);
    }
    StoragePool pool = volumes.pool(hostId, poolName);
    Volumes.requireStarted(pool);
    String format = Json.text(node, "driveType", Json.text(node, "format", "qcow2"));
    if (format.equals("qcow2") && !pool.holdsFiles()) {
      throw new CasException(CasException.BAD_FORMAT, "存储池 " + pool.name + " 不支持 qcow2 格式");
    }
    String path = volumes.newPath(pool, folder, name);
    if (Files.exists(volumes.file(hostId, path))) {
      throw new CasException(CasException.VOLUME_EXISTS, "存储卷已存在：" + name);
    }
    if (!folder.isEmpty() && Files.isRegularFile(volumes.file(hostId, path).getParent())) {
      throw new CasException(CasException.VOLUME_EXISTS, "名称已被占用：" + folder);
    }
    return new DiskOrder(
        path,
        format,
        Lifecycle.sizeBytes(node, sizeName),
        (int) Json.number(node, "mode", 0),
        false,
        node);
  }

  private JsonNode addDevice(Call call) throws IOException {
    Vm vm = machines.vm((int) Json.number(call.body(), "id", 0));
    VmCalls.requireSettled(vm);
    if (call.body().has("network")) {
      return tasks.submit(
          new Subject(23, "增加硬件", vm.id, vm.name),
          call.fault(),
          t -> store.change(s -> vm.nics.add(nic(vm, call.body().get("network")))));
    }
    JsonNode node = call.body().path("storage");
    String path = Json.text(node, "path", "");
    boolean existing =
        path.startsWith("/vms/") && Files.isRegularFile(volumes.file(vm.hostId, path));
    String name =
        Volumes.safeName(vm.name) + "_disk" + UUID.randomUUID().toString().substring(0, 8);
    DiskOrder order =
        existing ? existing(vm.hostId, node, path) : fresh(vm.hostId, node, "size", name);
    return tasks.submit(
        new Subject(23, "增加硬件", vm.id, vm.name),
        call.fault(),
        t -> {
          String device = machines.locked(vm.id, v -> lifecycle.addDisk(v, order));
          t.refreshData.add(new String[] {"deviceName", device});
          t.refreshData.add(new String[] {"path", order.path()});
        });
  }

  private JsonNode delDevice(Call call) {
    Vm vm = machines.vm((int) Json.number(call.body(), "id", 0));
    VmCalls.requireSettled(vm);
    if (call.body().has("network")) {
      String mac = Json.text(call.body().get("network"), "mac", "");
      return tasks.submit(
          new Subject(24, "删除硬件", vm.id, vm.name),
          call.fault(),
          t -> store.change(s -> vm.nics.removeIf(n -> n.mac.equals(mac))));
    }
    Disk disk = Guests.requireDisk(vm, Json.text(call.body().path("storage"), "deviceName", ""));
    return tasks.submit(
        new Subject(24, "删除硬件", vm.id, vm.name),
        call.fault(),
        t ->
            machines.locked(
                vm.id,
                v -> {
                  lifecycle.removeDisk(v, disk);
                  return null;
                }));
  }

  private JsonNode addVolume(Call call) throws IOException {
    int hostId = (int) Json.number(call.body(), "hostId", 0);
    requireHost(hostId);
    DiskOrder order = fresh(hostId, call.body(), "capacity", "");
    return tasks.submit(
        new Subject(70, "增加存储卷", 0, order.path()),
        call.fault(),
        t ->
            volumes.create(
                hostId,
                new Volumes.NewImage(
                    order.path(), order.format(), order.sizeBytes(), order.mode(), false)));
  }

  private JsonNode deleteVolume(Call call) throws IOException {
    String path = "/vms/" + String.join("/", call.path().subList(1, call.path().size()));
    if (!Files.isRegularFile(volumes.file(call.id(0), path))) {
      throw new CasException(CasException.NO_VOLUME, "存储卷不存在：" + path);
    }
    lifecycle.requireUnused(call.id(0), path);
    volumes.delete(call.id(0), path);
    return null;
  }
}
