package io.holdfast.simulator.vm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Layer;
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
import java.util.function.IntPredicate;

/** Power, disks and the end of a VM. Calls that take a {@link Vm} come with its lock held. */
public final class Lifecycle {
  private final StateStore store;
  private final Volumes volumes;
  private final Images images;
  private final Tracking tracking;
  private final Machines machines;
  private final Faults faults;
  private final long shutdownMillis;
  private IntPredicate openForWriting = id -> false;

  public Lifecycle(StateStore store, Volumes volumes, Machines machines, Parts parts) {
    this.store = store;
    this.volumes = volumes;
    this.machines = machines;
    this.images = parts.images();
    this.tracking = parts.tracking();
    this.faults = parts.faults();
    this.shutdownMillis = parts.shutdownMillis();
  }

  /** What else the life cycle needs. */
  public record Parts(Images images, Tracking tracking, Faults faults, long shutdownMillis) {}

  /** Tells who knows whether a VM's disks are open for writing on the data plane. */
  public void writersKnownBy(IntPredicate known) {
    openForWriting = known;
  }

  /** Starts a VM that is shut off. */
  public void start(Vm vm) throws IOException {
    Machines.requireStatus(vm, VmStatus.SHUT_OFF);
    if (openForWriting.test(vm.id)) {
      throw new CasException(CasException.BUSY, "主机正忙于另一事务，请稍后重试。");
    }
    machines.start(vm);
  }

  /** Safe shutdown: takes its time, then the VM is off. */
  public void stop(Vm vm) throws IOException {
    Machines.requireStatus(vm, VmStatus.RUNNING);
    long millis =
        faults
            .shutdownMillis(vm.id, vm.name)
            .orElse(vm.shutdownMillis >= 0 ? vm.shutdownMillis : shutdownMillis);
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    machines.powerOff(vm, true);
  }

  /** Cuts the power. */
  public void powerOff(Vm vm, boolean cleanly) throws IOException {
    Machines.requireStatus(vm, VmStatus.RUNNING, VmStatus.PAUSED);
    machines.powerOff(vm, cleanly);
  }

  /** Pauses or resumes. */
  public void setPaused(Vm vm, boolean paused) {
    Machines.requireStatus(vm, paused ? VmStatus.RUNNING : VmStatus.PAUSED);
    store.change(
        s -> {
          vm.status = paused ? VmStatus.PAUSED : VmStatus.RUNNING;
          return null;
        });
  }

  /** Moves the VM to another host; its disks must be on pools both see. */
  public void migrate(Vm vm, int hostId) throws IOException {
    if (store.read(s -> s.host(hostId)).isEmpty()) {
      throw new CasException(CasException.NO_HOST, "主机不存在：" + hostId);
    }
    for (Disk disk : vm.disks) {
      if (volumes.pool(vm.hostId, disk.poolName).hostId != 0) {
        throw new CasException(CasException.NO_POOL, "存储池 " + disk.poolName + " 不是共享存储");
      }
    }
    store.change(
        s -> {
          vm.hostId = hostId;
          return null;
        });
    tracking.lose(vm, "migrated", machines.qemu(vm.id));
  }

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
    if (qemu.isPresent() && !disk.targetBus.equals("virtio") && !disk.targetBus.equals("scsi")) {
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
      qemu.get().plug(new QemuProcess.StartDisk(disk.device, images.nodes(vm, disk)));
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
    Machines.requireStatus(vm, VmStatus.SHUT_OFF);
    if (openForWriting.test(vm.id)) {
      throw new CasException(CasException.BUSY, "主机正忙于另一事务，请稍后重试。");
    }
    store.change(s -> s.vms.remove(vm));
    tracking.forget(vm.id);
    if (withDisks) {
      for (Disk disk : vm.disks) {
        for (Layer layer : disk.layers) {
          volumes.delete(vm.hostId, layer.path);
        }
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
