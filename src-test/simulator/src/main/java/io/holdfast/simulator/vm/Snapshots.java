package io.holdfast.simulator.vm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Faults;
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
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
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
  private final Clock clock;
  private final BlockSnapshots block;
  private final Merges merges;
  private final MemorySnapshots memory;

  public Snapshots(
      StateStore store, Volumes volumes, Machines machines, Images images, Parts parts) {
    this.store = store;
    this.volumes = volumes;
    this.images = images;
    this.tracking = parts.tracking();
    this.clock = parts.clock();
    this.machines = machines;
    this.block = new BlockSnapshots(volumes);
    this.merges = new Merges(store, volumes);
    this.memory = new MemorySnapshots(volumes, machines, parts.faults());
  }

  /** What else snapshots need. */
  public record Parts(Tracking tracking, Faults faults, Clock clock) {}

  /** Numbers, dates and takes a snapshot that has a name and a type. */
  public void take(Vm vm, Snapshot snapshot) throws IOException {
    snapshot.id = store.change(s -> s.nextSnapshotId++);
    snapshot.status = VmStatus.text(vm.status);
    snapshot.creationTime =
        OffsetDateTime.now(clock)
            .withOffsetSameInstant(ZoneOffset.UTC)
            .truncatedTo(ChronoUnit.SECONDS)
            .toString()
            .replace("Z", "+00:00");
    create(vm, snapshot);
  }

  /** Takes the snapshot on all its disks at one instant. */
  private void create(Vm vm, Snapshot snapshot) throws IOException {
    Machines.requireStatus(vm, VmStatus.RUNNING, VmStatus.SHUT_OFF);
    SnapshotRules.requireSupported(vm, snapshot.external);
    if (vm.snapshot(snapshot.name).isPresent()) {
      throw new CasException(CasException.SNAPSHOT_EXISTS, "快照已存在：" + snapshot.name);
    }
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    prepareParts(vm, snapshot);
    if (SnapshotRules.byStorage(vm)) {
      block.prepare(snapshot);
    } else if (qemu.isPresent() && marksPoints(vm, snapshot)) {
      tracking.assignPoints(vm, snapshot);
    }
    setPending(vm, snapshot);
    try {
      for (SnapshotDisk part : snapshot.disks) {
        if (part.overlay != null) {
          volumes.createOverlay(vm.hostId, part.overlay.path, part.path, part.sizeBytes);
        }
      }
      memory.write(vm, snapshot);
      if (SnapshotRules.byStorage(vm)) {
        block.take(vm, snapshot, qemu);
      } else if (qemu.isPresent()) {
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

  /** Releases before E0760 know no tracking with external snapshots. */
  private boolean marksPoints(Vm vm, Snapshot snapshot) {
    return !snapshot.external
        || store.read(
            s -> s.host(vm.hostId).map(s::release).orElseThrow().tracksWithExternalSnapshots());
  }

  private void prepareParts(Vm vm, Snapshot snapshot) throws IOException {
    for (Disk disk : vm.disks) {
      if (disk.afterRestart || (snapshot.external && !disk.dependent())) {
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
    deleteCopies(volumes, vm, snapshot);
    for (SnapshotDisk part : snapshot.disks) {
      if (part.overlay != null) {
        if (qemu.isPresent() && qemu.get().nodes().contains(part.overlay.node())) {
          qemu.get().removeNode(part.overlay.node());
        }
        volumes.delete(vm.hostId, part.overlay.path);
      } else if (part.copy.isEmpty() && qemu.isEmpty() && hasInternal(vm, part, snapshot)) {
        imageSnapshot(vm, part.path, "-d", snapshot);
      }
    }
    setPending(vm, null);
  }

  /** Deletes the files a snapshot has of its own: copied volumes, memory. */
  static void deleteCopies(Volumes volumes, Vm vm, Snapshot snapshot) throws IOException {
    for (SnapshotDisk part : snapshot.disks) {
      if (!part.copy.isEmpty()) {
        volumes.delete(vm.hostId, part.copy);
      }
    }
    if (!snapshot.memoryFile.isEmpty()) {
      volumes.delete(vm.hostId, snapshot.memoryFile);
    }
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
        merges.finish(vm, disk, qemu.get());
      }
      tracking.harvest(vm, qemu.get());
    }
  }

  private boolean taken(Vm vm, Snapshot snapshot, Optional<QemuProcess> qemu) throws IOException {
    if (snapshot.disks.stream().anyMatch(d -> !d.copy.isEmpty())) {
      return qemu.isEmpty() && block.taken(vm, snapshot);
    }
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

  /** Removes a snapshot; what was written since then stays in the disk. */
  public void delete(Vm vm, Snapshot snapshot) throws IOException {
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    deleteCopies(volumes, vm, snapshot);
    for (SnapshotDisk part : snapshot.disks) {
      Optional<Disk> disk = part.copy.isEmpty() ? vm.disk(part.device) : Optional.empty();
      if (disk.isPresent() && snapshot.external) {
        merges.merge(vm, disk.get(), part, qemu);
      } else if (disk.isPresent() && qemu.isPresent()) {
        if (hasInternal(vm, part, snapshot)) {
          qemu.get()
              .deleteInternalSnapshot(
                  Merges.layer(disk.get(), part.path).node(), Images.internalName(snapshot));
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
    boolean copied = snapshot.disks.stream().anyMatch(d -> !d.copy.isEmpty());
    if (copied) {
      block.revert(vm, snapshot);
    }
    for (SnapshotDisk part : copied ? List.<SnapshotDisk>of() : snapshot.disks) {
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
