package io.holdfast.simulator.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.state.CasState;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.Layer;
import io.holdfast.simulator.state.CasState.Nic;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.SnapshotDisk;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.VirtualSwitch;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.ImageFile;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.storage.Volumes.Volume;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The JSON form of the inventory's objects, typed; the server turns it into the old style where
 * asked.
 */
public final class Describe {
  private static final double MEGABYTE = 1 << 20;

  private final StateStore store;
  private final Volumes volumes;
  private final int cvdPort;
  private final Predicate<Vm> tools;

  /**
   * @param tools whether the tools run in a VM's guest
   */
  public Describe(StateStore store, Volumes volumes, int cvdPort, Predicate<Vm> tools) {
    this.tools = tools;
    this.store = store;
    this.volumes = volumes;
    this.cvdPort = cvdPort;
  }

  ObjectNode host(Host host) {
    return Json.object()
        .put("@type", "kvm")
        .put("id", host.id)
        .put("ip", host.ip)
        .put("name", host.name)
        .put("status", host.failed ? 0 : 1)
        .put("hostPoolId", host.hostPoolId)
        .put("clusterId", host.clusterId);
  }

  ObjectNode hostDetail(Host host) {
    String arch = store.read(s -> s.arch(host));
    return host(host)
        .put(
            "cpuModel",
            arch.equals("aarch64")
                ? "Kunpeng 920-6426"
                : "Intel(R) Xeon(R) Gold 6226R CPU @ 2.90GHz")
        .put("cpuCount", host.cpuCount)
        .put("cpuFrequence", 2900)
        .put("memorySize", host.memoryMegabytes)
        .put("diskSize", 960_000)
        .put("vendor", "H3C")
        .put("model", host.model)
        .put("version", store.read(s -> s.release(host)).plain())
        .put("cvdPort", cvdPort)
        .put("arch", arch);
  }

  ObjectNode vm(Vm vm) {
    Host host = store.read(s -> s.host(vm.hostId)).orElseThrow();
    ObjectNode out =
        Json.object()
            .put("id", vm.id)
            .put("uuid", vm.uuid)
            .put("name", vm.name)
            .put("title", vm.title);
    out.put("description", vm.description).put("hostId", host.id).put("hostName", host.name);
    out.put("clusterId", host.clusterId)
        .put("hostPoolId", host.hostPoolId)
        .put("memory", vm.memoryMegabytes);
    out.put("cpu", vm.cpuSockets * vm.cpuCores)
        .put("osBit", vm.osBit)
        .put("system", vm.system)
        .put("osVersion", vm.osVersion);
    out.put("status", vm.status).put("vmStatus", VmStatus.text(vm.status));
    out.put("protectModel", vm.protectedFromDeletion ? 1 : 0)
        .put("hibernated", vm.hibernated ? 1 : 0);
    out.put("castoolsStatus", tools.test(vm) ? 1 : 0);
    out.put("existRaw", vm.disks.stream().anyMatch(d -> d.format.equals("raw")) ? 1 : 0);
    out.put("existBlock", vm.disks.stream().anyMatch(d -> d.block) ? 1 : 0);
    out.put("existPciOrUsb", 0).put("deployed", 0).put("migrating", vm.migrating ? 1 : 0);
    out.set("network", networks(vm));
    ArrayNode disks = out.putArray("storage");
    int id = 0;
    for (Disk disk : vm.disks) {
      ObjectNode entry =
          disks
              .addObject()
              .put("id", ++id)
              .put("device", disk.device)
              .put("storeFile", disk.path());
      entry
          .put("capacity", disk.sizeBytes / MEGABYTE)
          .put("targetBus", disk.targetBus)
          .put("type", disk.block ? "block" : "file");
      entry
          .put("driveType", disk.format)
          .put("diskDevice", "disk")
          .put("assignType", 1)
          .put("backingStore", disk.backingStore);
      entry
          .put("cacheType", disk.cacheType)
          .put("poolName", disk.poolName)
          .put("poolType", poolType(vm, disk));
    }
    return out;
  }

  private String poolType(Vm vm, Disk disk) {
    return store.read(s -> s.pool(vm.hostId, disk.poolName)).map(p -> p.type).orElse("");
  }

  ArrayNode networks(Vm vm) {
    ArrayNode out = Json.array();
    for (Nic nic : vm.nics) {
      ObjectNode entry =
          out.addObject().put("mac", nic.mac).put("mode", "veb").put("vsId", nic.vsId);
      entry
          .put("vsName", switchOf(nic).map(v -> v.name).orElse(""))
          .put("profileId", nic.profileId);
      entry.put(
          "profileName",
          store
              .read(s -> s.profiles.stream().filter(p -> p.id == nic.profileId).findFirst())
              .map(p -> p.name)
              .orElse(""));
      entry
          .put("vlan", nic.profileId == 2 ? 20 : 1)
          .put("ipAddr", nic.ipAddr)
          .put("deviceModel", nic.deviceModel)
          .put("isKernelAccelerated", 1);
    }
    return out;
  }

  private Optional<VirtualSwitch> switchOf(Nic nic) {
    return store.read(s -> s.switches.stream().filter(v -> v.id == nic.vsId).findFirst());
  }

  ObjectNode vmDetail(Vm vm) throws IOException {
    ObjectNode out = vm(vm);
    out.remove("storage");
    ObjectNode basic =
        out.putObject("basic")
            .put("id", vm.id)
            .put("uuid", vm.uuid)
            .put("name", vm.name)
            .put("title", vm.title);
    basic
        .put("system", vm.system)
        .put("osVersion", vm.osVersion)
        .put("osBit", vm.osBit)
        .put("autoMigrate", 1);
    basic.put("bios", vm.bios).put("nvram", vm.nvram).put("description", vm.description);
    ObjectNode cpu =
        out.putObject("cpu")
            .put("cpu", vm.cpuSockets * vm.cpuCores)
            .put("cpuSockets", vm.cpuSockets);
    cpu.put("cpuCores", vm.cpuCores)
        .put("cpuMode", vm.cpuMode)
        .put("cpuShares", 512)
        .put("maxCpuSocket", 24);
    ObjectNode memory = out.putObject("memory").put("size", vm.memoryMegabytes);
    boolean whole = vm.memoryMegabytes % 1024 == 0;
    memory
        .put("memoryInit", whole ? vm.memoryMegabytes / 1024 : vm.memoryMegabytes)
        .put("memoryUnit", whole ? "GB" : "MB");
    memory.put("memoryBacking", 0).put("autoMem", 0).put("hugepage", 0);
    ArrayNode boot = out.putArray("bootDev");
    (vm.bootOrder.isEmpty() ? List.of("hd", "cdrom") : vm.bootOrder).forEach(boot::add);
    out.set("storage", storage(vm));
    ObjectNode graphics = out.putObject("graphics").put("type", "vnc").put("port", 5900 + vm.id);
    if (!vm.vncPassword.isEmpty()) {
      graphics.put("password", "******");
    }
    return out;
  }

  ArrayNode storage(Vm vm) throws IOException {
    ArrayNode out = Json.array();
    for (Disk disk : vm.disks) {
      long allocated = 0;
      for (Layer layer : disk.layers) {
        allocated += Volumes.blocksBytes(volumes.file(vm.hostId, layer.path));
      }
      ObjectNode entry =
          out.addObject()
              .put("device", "disk")
              .put("deviceName", disk.device)
              .put("fileType", disk.block ? "block" : "file");
      entry
          .put("format", disk.format)
          .put("path", disk.path())
          .put("size", disk.sizeBytes / MEGABYTE)
          .put("sizeBytes", disk.sizeBytes);
      entry
          .put("allocation", allocated / MEGABYTE)
          .put("allocationBytes", allocated)
          .put("cacheType", disk.cacheType);
      entry
          .put("targetBus", disk.targetBus)
          .put("snapShot", disk.layers.size() > 1 ? 1 : 0)
          .put("backingFile", disk.backingStore);
      entry
          .put("maxSize", disk.sizeBytes / MEGABYTE)
          .put("diskMode", disk.diskMode)
          .put("mode", disk.mode);
      entry
          .put("poolName", disk.poolName)
          .put("poolType", poolType(vm, disk))
          .put("serial", disk.serial)
          .put("encrypted", disk.encrypted ? 1 : 0);
    }
    return out;
  }

  ObjectNode pool(StoragePool pool) throws IOException {
    ObjectNode out =
        Json.object()
            .put("name", pool.name)
            .put("title", pool.title)
            .put("type", pool.type)
            .put("path", "/vms/" + pool.name);
    out.put("totalSize", pool.totalMegabytes)
        .put("freeSize", volumes.recentFreeMegabytes(pool))
        .put("status", pool.stopped ? 0 : 1);
    return out.put("hostId", pool.hostId).put("shared", pool.hostId == 0 ? 1 : 0);
  }

  /** Empty when it was deleted since it was listed. */
  private static Optional<ImageFile> image(Volume volume) throws IOException {
    try {
      return Optional.of(ImageFile.read(volume.file()));
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    }
  }

  ArrayNode volumeList(StoragePool pool) throws IOException {
    ArrayNode out = Json.array();
    List<Vm> vms = store.read((CasState s) -> List.copyOf(s.vms));
    for (Volume volume : volumes.list(pool)) {
      Optional<ImageFile> found = volume.folder() ? Optional.empty() : image(volume);
      if (!volume.folder() && found.isEmpty()) {
        continue;
      }
      ObjectNode entry = out.addObject().put("name", volume.name()).put("path", volume.path());
      if (volume.folder()) {
        entry.put("type", "dir").put("size", 0).put("format", "").put("users", "").put("level", 0);
        continue;
      }
      ImageFile image = found.get();
      entry.put("size", image.sizeBytes() / MEGABYTE).put("sizeBytes", image.sizeBytes());
      entry
          .put("allocation", volume.blocksBytes() / MEGABYTE)
          .put("allocationBytes", volume.blocksBytes());
      entry
          .put("format", image.format())
          .put("type", pool.holdsFiles() ? "file" : "block")
          .put("users", user(vms, volume.path(), pool));
      entry.put("backingStore", image.backing()).put("level", 0);
    }
    return out;
  }

  private static String user(List<Vm> vms, String path, StoragePool pool) {
    return vms.stream()
        .filter(v -> pool.seenBy(v.hostId))
        .filter(
            v ->
                v.disks.stream().flatMap(d -> d.layers.stream()).anyMatch(l -> l.path.equals(path)))
        .map(v -> v.name)
        .findFirst()
        .orElse("");
  }

  static ObjectNode virtualSwitch(VirtualSwitch v) {
    ObjectNode out =
        Json.object()
            .put("id", v.id)
            .put("name", v.name)
            .put("hostId", v.hostId)
            .put("address", v.address);
    out.put("netmask", "255.0.0.0")
        .put("gateway", "")
        .put("pnic", v.pnic)
        .put("portNum", 128)
        .put("mode", 0)
        .put("status", v.unreachable ? 0 : 1);
    return out.put("isManage", (v.networkType & 1) != 0 ? 1 : 0)
        .put("networkType", v.networkType)
        .put("mtu", 1500);
  }

  static ArrayNode snapshotTree(Vm vm, String parent) {
    ArrayNode out = Json.array();
    for (Snapshot snapshot : vm.snapshots) {
      if (!snapshot.parent.equals(parent)) {
        continue;
      }
      ObjectNode entry =
          out.addObject()
              .put("name", snapshot.name)
              .put("snapshotTitle", snapshot.title)
              .put("desc", snapshot.description);
      boolean last = vm.snapshots.get(vm.snapshots.size() - 1) == snapshot;
      entry
          .put("creationTime", snapshot.creationTime)
          .put("isCurr", last ? 1 : 0)
          .put("status", snapshot.status)
          .put("snapType", snapshot.external ? 1 : 0)
          .put("snapMem", snapshot.memoryFile.isEmpty() ? 0 : 1);
      ArrayNode disks = entry.putArray("disks");
      for (SnapshotDisk part : snapshot.disks) {
        disks
            .addObject()
            .put("device", part.device)
            .put("bitmapId", part.bitmapId)
            .put("size", part.sizeBytes);
      }
      entry.set("snapshots", snapshotTree(vm, snapshot.name));
    }
    return out;
  }
}
