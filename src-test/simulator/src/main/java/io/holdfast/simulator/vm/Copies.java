package io.holdfast.simulator.vm;

import io.holdfast.simulator.CasException;
import io.holdfast.simulator.qemu.Command;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Layer;
import io.holdfast.simulator.state.CasState.Nic;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.vm.Lifecycle.DiskOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Clones of VMs and disks that move to another pool, online and offline. The source VM's lock is
 * held. SIM-02.
 */
public final class Copies {
  private final StateStore store;
  private final Volumes volumes;
  private final Machines machines;
  private final Lifecycle lifecycle;
  private final Parts parts;

  public Copies(
      StateStore store, Volumes volumes, Machines machines, Lifecycle lifecycle, Parts parts) {
    this.store = store;
    this.volumes = volumes;
    this.machines = machines;
    this.lifecycle = lifecycle;
    this.parts = parts;
  }

  /** What else copying needs. */
  public record Parts(Images images, Tracking tracking, Snapshots snapshots, Power power) {}

  /**
   * A clone with MAC addresses and a UUID of its own, shut off.
   *
   * @param linked its disks stand on the source's, which must be shut off or a template; else they
   *     are flat copies, of a running source as it is at one instant
   */
  public Vm clone(Vm source, String name, String title, boolean linked) throws IOException {
    Vm vm = settings(source, name, title);
    boolean runs = source.status == VmStatus.RUNNING || source.status == VmStatus.PAUSED;
    if (linked && (runs || source.disks.stream().anyMatch(d -> d.block))) {
      throw new CasException(CasException.WRONG_STATE, "快速克隆要求虚拟机关闭且磁盘为文件：" + source.name);
    }
    Optional<Snapshot> instant = runs ? Optional.of(instant(source)) : Optional.empty();
    List<DiskOrder> orders = new ArrayList<>();
    try {
      for (Disk disk : source.disks) {
        String path = newPath(disk.poolName, name, orders.size());
        if (linked) {
          volumes.createOverlay(source.hostId, path, disk.top().path, disk.sizeBytes);
        } else {
          convert(source, disk, instant, path);
        }
        orders.add(
            new DiskOrder(
                path,
                "",
                0,
                disk.mode,
                true,
                io.holdfast.simulator.json.Json.object()
                    .put("targetBus", disk.targetBus)
                    .put("diskMode", disk.diskMode)));
      }
      lifecycle.create(vm, orders);
    } catch (IOException | CasException e) {
      for (DiskOrder order : orders) {
        volumes.delete(source.hostId, order.path());
      }
      throw e;
    } finally {
      if (instant.isPresent()) {
        parts.snapshots().delete(source, instant.get());
      }
    }
    return vm;
  }

  private Vm settings(Vm source, String name, String title) {
    Vm vm = new Vm();
    store.change(
        s -> {
          Lifecycle.requireNewName(s, name);
          vm.id = s.nextVmId++;
          for (Nic nic : source.nics) {
            Nic own = new Nic();
            int number = s.nextMac++;
            own.mac = String.format("0c:da:41:1d:%02x:%02x", number >> 8 & 0xff, number & 0xff);
            own.vsId = nic.vsId;
            own.profileId = nic.profileId;
            own.deviceModel = nic.deviceModel;
            own.ipAddr = nic.ipAddr;
            vm.nics.add(own);
          }
          return null;
        });
    vm.uuid = UUID.randomUUID().toString();
    vm.name = name;
    vm.title = title.isEmpty() ? name : title;
    vm.hostId = source.hostId;
    vm.memoryMegabytes = source.memoryMegabytes;
    vm.cpuSockets = source.cpuSockets;
    vm.cpuCores = source.cpuCores;
    vm.cpuMode = source.cpuMode;
    vm.osBit = source.osBit;
    vm.osVersion = source.osVersion;
    vm.system = source.system;
    return vm;
  }

  private Snapshot instant(Vm source) throws IOException {
    Snapshot snapshot = new Snapshot();
    snapshot.name = "clone-" + UUID.randomUUID();
    snapshot.external = true;
    parts.snapshots().take(source, snapshot);
    return snapshot;
  }

  private static String newPath(String pool, String name, int index) {
    String suffix = index == 0 ? "" : "_disk" + (index + 1);
    return "/vms/" + pool + "/" + Volumes.safeName(name) + suffix;
  }

  private void convert(Vm source, Disk disk, Optional<Snapshot> instant, String path)
      throws IOException {
    String from = disk.top().path;
    if (instant.isPresent()) {
      from =
          instant
              .get()
              .disk(disk.device)
              .orElseThrow(
                  () ->
                      new CasException(
                          CasException.SNAPSHOT_UNSUPPORTED, "独立磁盘不能在线克隆：" + disk.device))
              .path;
    }
    Command.run(
        List.of(
            "qemu-img",
            "convert",
            "-U",
            "-O",
            disk.format,
            volumes.file(source.hostId, from).toString(),
            volumes.file(source.hostId, path).toString()));
  }

  /**
   * Moves one disk of a VM to another pool; flat afterwards. Refused while snapshots are there.
   * Bitmaps are lost.
   */
  public void move(Vm vm, Disk disk, String poolName) throws IOException {
    StoragePool pool = volumes.pool(vm.hostId, poolName);
    boolean snapped = vm.snapshots.stream().anyMatch(s -> s.disk(disk.device).isPresent());
    if (snapped || disk.encrypted || !pool.holdsFiles()) {
      throw new CasException(CasException.BUSY, "磁盘不能迁移到存储池 " + poolName + "：" + disk.device);
    }
    volumes.requireRoom(pool, disk.sizeBytes);
    String name = disk.path().substring(disk.path().lastIndexOf('/') + 1);
    Layer layer = new Layer();
    layer.number = store.change(s -> vm.nextLayer++);
    layer.format = disk.format;
    layer.path = "/vms/" + poolName + "/" + name;
    volumes.create(
        vm.hostId,
        new Volumes.NewImage(layer.path, layer.format, disk.sizeBytes, disk.mode, false));
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    if (qemu.isPresent()) {
      qemu.get().addNode(parts.images().node(vm, disk, layer, null));
      qemu.get().mirror(disk.top().node(), layer.node());
      for (int i = disk.layers.size() - 1; i >= 0; i--) {
        qemu.get().removeNode(disk.layers.get(i).node());
      }
    } else {
      volumes.delete(vm.hostId, layer.path);
      convert(vm, disk, Optional.empty(), layer.path);
    }
    replace(vm, disk, layer, pool);
    parts.tracking().lose(vm, "migrated", qemu);
  }

  private void replace(Vm vm, Disk disk, Layer layer, StoragePool pool) throws IOException {
    parts.power().closeHandles(vm);
    Disk old = new Disk();
    store.change(
        s -> {
          old.poolName = disk.poolName;
          old.layers.addAll(disk.layers);
          old.bases.addAll(disk.bases);
          disk.layers.clear();
          disk.layers.add(layer);
          disk.bases.clear();
          disk.backingStore = "";
          disk.poolName = pool.name;
          disk.poolType = pool.type;
          return null;
        });
    lifecycle.deleteFiles(vm, old);
  }
}
