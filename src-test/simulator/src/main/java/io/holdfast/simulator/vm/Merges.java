package io.holdfast.simulator.vm;

import io.holdfast.simulator.CasException;
import io.holdfast.simulator.qemu.Command;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Layer;
import io.holdfast.simulator.state.CasState.SnapshotDisk;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Merging overlays of external snapshots into the files below. The VM's lock is held. */
final class Merges {
  private final StateStore store;
  private final Volumes volumes;

  Merges(StateStore store, Volumes volumes) {
    this.store = store;
    this.volumes = volumes;
  }

  /** Finishes a merge that QEMU had completed when an earlier simulator was killed. */
  void finish(Vm vm, Disk disk, QemuProcess qemu) throws IOException {
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

  static Layer layer(Disk disk, String path) {
    return disk.layers.stream().filter(l -> l.path.equals(path)).findFirst().orElseThrow();
  }

  /** Merges the overlay above a snapshot's layer into it. */
  void merge(Vm vm, Disk disk, SnapshotDisk part, Optional<QemuProcess> qemu) throws IOException {
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
}
