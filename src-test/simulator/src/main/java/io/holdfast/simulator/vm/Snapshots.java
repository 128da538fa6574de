package io.holdfast.simulator.vm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.Command;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Layer;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.SnapshotDisk;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Internal and external snapshots. A snapshot is written down as pending before QEMU makes it, so
 * that a killed simulator knows what to look for. All calls come with the VM's lock held.
 */
public final class Snapshots {
  private static final long OVERLAY_ROOM_BYTES = 1 << 20;

  private final StateStore store;
  private final Volumes volumes;
  private final Images images;
  private final Tracking tracking;
  private final Machines machines;

  public Snapshots(
      StateStore store, Volumes volumes, Images images, Tracking tracking, Machines machines) {
    this.store = store;
    this.volumes = volumes;
    this.images = images;
    this.tracking = tracking;
    this.machines = machines;
  }

  /** Takes the snapshot on all its disks at one instant. */
  public void create(Vm vm, Snapshot snapshot) throws IOException {
    Machines.requireStatus(vm, VmStatus.RUNNING, VmStatus.SHUT_OFF);
    SnapshotRules.requireSupported(vm, snapshot.external);
    if (vm.snapshot(snapshot.name).isPresent()) {
      throw new CasException(CasException.SNAPSHOT_EXISTS, "快照已存在：" + snapshot.name);
    }
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    prepareParts(vm, snapshot);
    if (qemu.isPresent()) {
      tracking.assignPoints(vm, snapshot);
    }
    setPending(vm, snapshot);
    try {
      for (SnapshotDisk part : snapshot.disks) {
        if (part.overlay != null) {
          volumes.createOverlay(vm.hostId, part.overlay.path, part.path, part.sizeBytes);
        }
      }
      if (qemu.isPresent()) {
        takeRunning(vm, snapshot, qemu.get());
      } else if (!snapshot.external) {
        takeInternalOffline(vm, snapshot);
      }
    } catch (IOException e) {
      undo(vm, snapshot, qemu);
      throw e;
    }
    apply(vm, snapshot);
    if (qemu.isPresent()) {
      tracking.harvest(vm, qemu.get());
    }
  }

  private void prepareParts(Vm vm, Snapshot snapshot) throws IOException {
    for (Disk disk : vm.disks) {
      if (snapshot.external && !disk.dependent()) {
        continue;
      }
      volumes.requireRoom(volumes.pool(vm.hostId, disk.poolName), OVERLAY_ROOM_BYTES);
      SnapshotDisk part = new SnapshotDisk();
      part.device = disk.device;
      part.path = disk.top().path;
      part.sizeBytes = disk.sizeBytes;
      if (snapshot.external) {
        Layer overlay = new Layer();
        overlay.number = store.change(s -> vm.nextLayer++);
        overlay.format = "qcow2";
        overlay.path = disk.path() + ".snap" + overlay.number;
        part.overlay = overlay;
      }
      snapshot.disks.add(part);
    }
  }

  private void setPending(Vm vm, Snapshot snapshot) {
    store.change(
        s -> {
          vm.pendingSnapshot = snapshot;
          return null;
        });
  }

  private void takeRunning(Vm vm, Snapshot snapshot, QemuProcess qemu) throws IOException {
    ArrayNode actions = Json.array();
    for (SnapshotDisk part : snapshot.disks) {
      Disk disk = vm.disk(part.device).orElseThrow();
      String old = disk.top().node();
      String next = part.overlay == null ? old : part.overlay.node();
      if (part.overlay != null) {
        ObjectNode node = images.node(vm, disk, part.overlay, null);
        node.putNull("backing");
        qemu.addNode(node);
      }
      tracking.markActions(vm, part, old, next).forEach(actions::add);
      actions.add(
          part.overlay == null
              ? Tracking.action(
                  "blockdev-snapshot-internal-sync",
                  Json.object().put("device", old).put("name", Images.internalName(snapshot)))
              : Tracking.action(
                  "blockdev-snapshot", Json.object().put("node", old).put("overlay", next)));
    }
    qemu.transaction(actions);
  }

  private void takeInternalOffline(Vm vm, Snapshot snapshot) throws IOException {
    for (SnapshotDisk part : snapshot.disks) {
      imageSnapshot(vm, part.path, "-c", snapshot);
    }
  }

  private void imageSnapshot(Vm vm, String path, String verb, Snapshot snapshot)
      throws IOException {
    Path file = volumes.file(vm.hostId, path);
    Command.run(
        file.getParent(),
        List.of(
            "qemu-img",
            "snapshot",
            verb,
            Images.internalName(snapshot),
            file.getFileName().toString()));
  }

  private void apply(Vm vm, Snapshot snapshot) {
    tracking.marked(vm, snapshot);
    store.change(
        s -> {
          for (SnapshotDisk part : snapshot.disks) {
            if (part.overlay != null) {
              vm.disk(part.device).orElseThrow().layers.add(part.overlay);
              part.overlay = null;
            }
          }
          snapshot.parent =
              vm.snapshots.isEmpty() ? "" : vm.snapshots.get(vm.snapshots.size() - 1).name;
          vm.snapshots.add(snapshot);
          vm.pendingSnapshot = null;
          return null;
        });
  }

  private void undo(Vm vm, Snapshot snapshot, Optional<QemuProcess> qemu) throws IOException {
    for (SnapshotDisk part : snapshot.disks) {
      if (part.overlay != null) {
        if (qemu.isPresent() && qemu.get().nodes().contains(part.overlay.node())) {
          qemu.get().removeNode(part.overlay.node());
        }
        volumes.delete(vm.hostId, part.overlay.path);
      } else if (qemu.isEmpty() && hasInternal(vm, part, snapshot)) {
        imageSnapshot(vm, part.path, "-d", snapshot);
      }
    }
    setPending(vm, null);
  }

  private boolean hasInternal(Vm vm, SnapshotDisk part, Snapshot snapshot) throws IOException {
    Path file = volumes.file(vm.hostId, part.path);
    String list =
        Command.run(
            file.getParent(),
            List.of("qemu-img", "snapshot", "-U", "-l", file.getFileName().toString()));
    return list.lines()
        .anyMatch(l -> l.matches("\\S+\\s+" + Images.internalName(snapshot) + "\\s.*"));
  }

  /**
   * After a restart: decides whether a pending snapshot was taken, finishes merges QEMU had
   * completed, drops half-done ones.
   */
  public void reconcile(Vm vm) throws IOException {
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    if (qemu.isPresent()) {
      qemu.get().cancelJobs();
    }
    if (vm.pendingSnapshot != null) {
      if (taken(vm, vm.pendingSnapshot, qemu)) {
        apply(vm, vm.pendingSnapshot);
      } else {
        undo(vm, vm.pendingSnapshot, qemu);
      }
    }
    if (qemu.isPresent()) {
      for (Disk disk : vm.disks) {
        finishMerge(vm, disk, qemu.get());
      }
      tracking.harvest(vm, qemu.get());
    }
  }

  private boolean taken(Vm vm, Snapshot snapshot, Optional<QemuProcess> qemu) throws IOException {
    for (SnapshotDisk part : snapshot.disks) {
      boolean done;
      if (qemu.isPresent() && part.overlay != null) {
        done =
            qemu.get().inserted(part.device).path("node-name").asText().equals(part.overlay.node());
      } else if (part.overlay != null) {
        done = Files.exists(volumes.file(vm.hostId, part.overlay.path));
      } else {
        done = hasInternal(vm, part, snapshot);
      }
      if (!done) {
        return false;
      }
    }
    return true;
  }

  private void finishMerge(Vm vm, Disk disk, QemuProcess qemu) throws IOException {
    String active = qemu.inserted(disk.device).path("node-name").asText();
    Layer top = disk.top();
    if (active.equals(top.node())) {
      for (Layer layer : disk.layers.subList(0, disk.layers.size() - 1)) {
        for (String name : qemu.bitmaps(layer.node()).keySet()) {
          if (qemu.bitmaps(top.node()).containsKey(name)) {
            qemu.removeBitmap(layer.node(), name);
          }
        }
      }
    } else if (disk.layers.size() > 1
        && disk.layers.get(disk.layers.size() - 2).node().equals(active)) {
      qemu.mergeBitmaps(top.node(), active, List.copyOf(qemu.bitmaps(top.node()).keySet()));
      qemu.removeNode(top.node());
      removeLayer(vm, disk, disk.layers.size() - 1);
    }
  }

  /** Removes a snapshot; what was written since then stays in the disk. */
  public void delete(Vm vm, Snapshot snapshot) throws IOException {
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    for (SnapshotDisk part : snapshot.disks) {
      Optional<Disk> disk = vm.disk(part.device);
      if (disk.isPresent() && snapshot.external) {
        mergeOverlay(vm, disk.get(), part, qemu);
      } else if (disk.isPresent() && qemu.isPresent()) {
        if (hasInternal(vm, part, snapshot)) {
          qemu.get()
              .deleteInternalSnapshot(
                  layer(disk.get(), part.path).node(), Images.internalName(snapshot));
        }
      } else if (disk.isPresent() && hasInternal(vm, part, snapshot)) {
        imageSnapshot(vm, part.path, "-d", snapshot);
      }
    }
    store.change(
        s -> {
          vm.snapshots.remove(snapshot);
          vm.snapshots.stream()
              .filter(o -> o.parent.equals(snapshot.name))
              .forEach(o -> o.parent = snapshot.parent);
          return null;
        });
  }

  private static Layer layer(Disk disk, String path) {
    return disk.layers.stream().filter(l -> l.path.equals(path)).findFirst().orElseThrow();
  }

  private void mergeOverlay(Vm vm, Disk disk, SnapshotDisk part, Optional<QemuProcess> qemu)
      throws IOException {
    int base = disk.layers.indexOf(layer(disk, part.path));
    if (base == disk.layers.size() - 1) {
      return;
    }
    Layer overlay = disk.layers.get(base + 1);
    boolean holdsInternal =
        vm.snapshots.stream()
            .filter(o -> !o.external)
            .anyMatch(o -> o.disk(disk.device).map(d -> d.path.equals(overlay.path)).orElse(false));
    if (holdsInternal) {
      throw new CasException(CasException.SNAPSHOT_UNSUPPORTED, "请先删除之后创建的内部快照");
    }
    Path baseFile = volumes.file(vm.hostId, part.path);
    if (qemu.isPresent()) {
      qemu.get()
          .commit(
              disk.top().node(),
              overlay.node(),
              disk.layers.get(base).node(),
              baseFile.getFileName().toString());
    } else {
      commitOffline(vm, disk, base);
    }
    removeLayer(vm, disk, base + 1);
  }

  private void commitOffline(Vm vm, Disk disk, int base) throws IOException {
    Path baseFile = volumes.file(vm.hostId, disk.layers.get(base).path);
    Path overlay = volumes.file(vm.hostId, disk.layers.get(base + 1).path);
    Command.run(
        overlay.getParent(),
        List.of(
            "qemu-img", "commit", "-q", "-d", "-t", "unsafe", overlay.getFileName().toString()));
    if (base + 2 < disk.layers.size()) {
      Path above = volumes.file(vm.hostId, disk.layers.get(base + 2).path);
      Command.run(
          above.getParent(),
          List.of(
              "qemu-img",
              "rebase",
              "-u",
              "-b",
              baseFile.getFileName().toString(),
              "-F",
              disk.layers.get(base).format,
              above.getFileName().toString()));
    }
  }

  private void removeLayer(Vm vm, Disk disk, int index) throws IOException {
    Layer gone = disk.layers.get(index);
    String base = disk.layers.get(index - 1).path;
    store.change(
        s -> {
          disk.layers.remove(index);
          vm.snapshots.stream()
              .flatMap(o -> o.disks.stream())
              .filter(d -> d.device.equals(disk.device) && d.path.equals(gone.path))
              .forEach(d -> d.path = base);
          return null;
        });
    volumes.delete(vm.hostId, gone.path);
  }

  /**
   * Takes a VM that is off back to the snapshot; later snapshots go, changed block tracking is
   * lost.
   */
  public void revert(Vm vm, Snapshot snapshot) throws IOException {
    Machines.requireStatus(vm, VmStatus.SHUT_OFF);
    List<Snapshot> later =
        vm.snapshots.subList(vm.snapshots.indexOf(snapshot) + 1, vm.snapshots.size());
    for (Snapshot gone :
        new ArrayList<>(later).stream().sorted((a, b) -> Integer.compare(b.id, a.id)).toList()) {
      delete(vm, gone);
    }
    for (SnapshotDisk part : snapshot.disks) {
      Disk disk = vm.disk(part.device).orElseThrow();
      if (snapshot.external) {
        Layer top = disk.top();
        volumes.delete(vm.hostId, top.path);
        volumes.createOverlay(vm.hostId, top.path, part.path, part.sizeBytes);
      } else {
        imageSnapshot(vm, part.path, "-a", snapshot);
      }
    }
    tracking.lose(vm, "reverted", Optional.empty());
  }
}
