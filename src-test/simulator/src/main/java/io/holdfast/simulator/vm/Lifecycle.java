package io.holdfast.simulator.vm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Layer;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.ImageFile;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Disks, beginning and end of a VM. Calls that take a {@link Vm} come with its lock held. */
public final class Lifecycle {
  private final StateStore store;
  private final Volumes volumes;
  private final Images images;
  private final Tracking tracking;
  private final Machines machines;
  private final Power power;

  public Lifecycle(StateStore store, Volumes volumes, Machines machines, Parts parts) {
    this.store = store;
    this.volumes = volumes;
    this.machines = machines;
    this.images = parts.images();
    this.tracking = parts.tracking();
    this.power = parts.power();
  }

  /** What else the life cycle needs. */
  public record Parts(Images images, Tracking tracking, Power power) {}

  /**
   * A disk to be made or taken. {@code path} is a whole CAS path; {@code existing} takes the file
   * that is there.
   */
  public record DiskOrder(
      String path, String format, long sizeBytes, int mode, boolean existing, JsonNode rest) {}

  /**
   * Makes or finds the file of an order and describes it as a disk that belongs to no device yet.
   */
  public Disk materialize(Vm vm, DiskOrder order) throws IOException {
    StoragePool pool = volumes.pool(vm.hostId, Volumes.poolName(order.path()));
    Path file = volumes.file(vm.hostId, order.path());
    if (!order.existing()) {
      volumes.create(
          vm.hostId,
          new Volumes.NewImage(
              order.path(),
              order.format(),
              order.sizeBytes(),
              order.mode(),
              Json.flag(order.rest(), "encrypted")));
    } else if (!Files.isRegularFile(file)) {
      throw new CasException(CasException.NO_VOLUME, "存储卷不存在：" + order.path());
    }
    ImageFile image = ImageFile.read(file);
    Disk disk = new Disk();
    disk.poolName = pool.name;
    disk.poolType = pool.type;
    disk.format = image.format();
    disk.sizeBytes = image.sizeBytes();
    disk.encrypted = image.encrypted();
    disk.mode = order.mode();
    disk.block = !pool.holdsFiles();
    disk.targetBus = Json.text(order.rest(), "targetBus", "virtio");
    disk.cacheType = Json.text(order.rest(), "cacheType", "directsync");
    disk.diskMode = Json.text(order.rest(), "diskMode", "subordinate");
    disk.serial = Json.text(order.rest(), "serial", "");
    disk.backingStore =
        image.backing().isEmpty()
            ? ""
            : order.path().substring(0, order.path().lastIndexOf('/') + 1) + image.backing();
    for (String base = image.backing(); !base.isEmpty(); ) {
      disk.bases.add(base);
      base = ImageFile.read(file.resolveSibling(base)).backing();
    }
    Layer layer = new Layer();
    layer.number = vm.nextLayer++;
    layer.path = order.path();
    layer.format = image.format();
    disk.layers.add(layer);
    return disk;
  }

  /** The next device name of the disk's bus that the VM has not. */
  public static String nextDevice(List<Disk> taken, String bus) {
    String prefix = bus.equals("ide") ? "hd" : bus.equals("virtio") ? "vd" : "sd";
    for (char letter = 'a'; letter <= 'z'; letter++) {
      String name = prefix + letter;
      if (taken.stream().noneMatch(d -> d.device.equals(name))) {
        return name;
      }
    }
    throw new CasException(CasException.DEVICE, "设备过多");
  }

  /** Refuses a volume that some VM has. */
  public void requireUnused(int hostId, String path) throws IOException {
    Path file = volumes.file(hostId, path);
    for (Vm other : store.read(s -> List.copyOf(s.vms))) {
      for (Disk disk : other.disks) {
        for (Layer layer : disk.layers) {
          if (volumes.file(other.hostId, layer.path).equals(file)) {
            throw new CasException(CasException.VOLUME_IN_USE, "存储卷正在使用：" + path);
          }
        }
      }
    }
  }

  /** Plugs a disk in and returns its device name. */
  public String addDisk(Vm vm, DiskOrder order) throws IOException {
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    Disk disk = materialize(vm, order);
    disk.afterRestart = vm.status == VmStatus.RUNNING && Json.flag(order.rest(), "afterRestart");
    if (vm.status == VmStatus.RUNNING
        && !disk.afterRestart
        && !disk.targetBus.equals("virtio")
        && !disk.targetBus.equals("scsi")) {
      if (!order.existing()) {
        volumes.delete(vm.hostId, order.path());
      }
      throw new CasException(CasException.WRONG_STATE, "总线 " + disk.targetBus + " 不支持热插拔");
    }
    String wanted = Json.text(order.rest(), "deviceName", "");
    disk.device =
        wanted.isEmpty() || vm.disk(wanted).isPresent()
            ? nextDevice(vm.disks, disk.targetBus)
            : wanted;
    if (qemu.isPresent()) {
      QemuProcess.StartDisk plugged =
          new QemuProcess.StartDisk(disk.device, images.nodes(vm, disk));
      if (disk.afterRestart) {
        qemu.get().addNodes(plugged);
      } else {
        qemu.get().plug(plugged);
      }
    }
    store.change(s -> vm.disks.add(disk));
    return disk.device;
  }

  /** Takes a disk out; its file stays. */
  public void removeDisk(Vm vm, Disk disk) throws IOException {
    if (vm.snapshots.stream().anyMatch(s -> s.disk(disk.device).isPresent())) {
      throw new CasException(CasException.BUSY, "磁盘存在快照：" + disk.device);
    }
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    if (qemu.isPresent()) {
      qemu.get().unplug(disk.device, List.of(disk.top().node()));
    }
    store.change(s -> vm.disks.remove(disk));
  }

  /** Registers a new VM with its disks; after a failure nothing of it is left. */
  public void create(Vm vm, List<DiskOrder> orders) throws IOException {
    List<String> made = new ArrayList<>();
    try {
      for (DiskOrder order : orders) {
        Disk disk = materialize(vm, order);
        if (!order.existing()) {
          made.add(order.path());
        }
        disk.device = nextDevice(vm.disks, disk.targetBus);
        vm.disks.add(disk);
      }
    } catch (IOException | CasException e) {
      for (String path : made) {
        volumes.delete(vm.hostId, path);
      }
      throw e;
    }
    store.change(
        s -> {
          requireNewName(s, vm.name);
          return s.vms.add(vm);
        });
  }

  /** Refuses a name that is taken. */
  public static void requireNewName(CasState state, String name) {
    if (state.vms.stream().anyMatch(v -> v.name.equals(name))) {
      throw new CasException(CasException.VM_EXISTS, "虚拟机已存在：" + name);
    }
  }

  /** Removes a VM that is shut off, with or without its files. */
  public void delete(Vm vm, boolean withDisks) throws IOException {
    Machines.requireStatus(vm, VmStatus.SHUT_OFF, VmStatus.TEMPLATE);
    power.requireNotWritten(vm);
    if (vm.protectedFromDeletion) {
      throw new CasException(CasException.PROTECTED, "虚拟机受保护，不能删除：" + vm.name);
    }
    store.change(s -> s.vms.remove(vm));
    tracking.forget(vm);
    if (withDisks) {
      for (Disk disk : vm.disks) {
        deleteFiles(vm, disk);
      }
      for (Snapshot snapshot : vm.snapshots) {
        Snapshots.deleteCopies(volumes, vm, snapshot);
      }
      if (!vm.nvram.isEmpty()) {
        volumes.delete(vm.hostId, vm.nvram);
      }
    }
  }

  /** Deletes the files of a disk that no VM has any more. */
  public void deleteFiles(Vm vm, Disk disk) throws IOException {
    for (Layer layer : disk.layers) {
      volumes.delete(vm.hostId, layer.path);
    }
    deleteBases(vm, disk);
  }

  /** Makes a disk larger. Its bitmaps go on: what is new counts as changed. */
  public void resize(Vm vm, Disk disk, long sizeBytes) throws IOException {
    if (sizeBytes < disk.sizeBytes || sizeBytes % 512 != 0 || disk.layers.size() > 1) {
      throw new CasException(CasException.UNKNOWN, "磁盘容量无效：" + sizeBytes);
    }
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    if (qemu.isPresent()) {
      qemu.get().resize(disk.top().node(), sizeBytes);
    } else {
      volumes.resize(vm.hostId, disk.path(), disk.format, sizeBytes);
    }
    store.change(s -> disk.sizeBytes = sizeBytes);
  }

  /** The files below a disk go with it when no other disk stands on them. */
  private void deleteBases(Vm vm, Disk disk) throws IOException {
    String folder = disk.path().substring(0, disk.path().lastIndexOf('/') + 1);
    for (String base : disk.bases) {
      boolean shared =
          store.read(
              s ->
                  s.vms.stream()
                      .flatMap(v -> v.disks.stream())
                      .filter(d -> d.poolName.equals(disk.poolName))
                      .anyMatch(d -> d.bases.contains(base) || d.path().equals(folder + base)));
      if (!shared) {
        volumes.delete(vm.hostId, folder + base);
      }
    }
  }

  /** Sizes given in MB, with the exact bytes as an extra member that wins. */
  public static long sizeBytes(JsonNode node, String megabytesName) {
    long bytes =
        Json.number(node, megabytesName.equals("capacity") ? "capacityBytes" : "sizeBytes", -1);
    if (bytes < 0) {
      bytes = Json.number(node, megabytesName, 0) << 20;
    }
    if (bytes <= 0 || bytes % 512 != 0) {
      throw new CasException(CasException.UNKNOWN, "磁盘容量无效：" + bytes);
    }
    return bytes;
  }

  /** An empty object for orders without more members. */
  public static ObjectNode nothing() {
    return Json.object();
  }
}
