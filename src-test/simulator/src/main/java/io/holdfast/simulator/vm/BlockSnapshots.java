package io.holdfast.simulator.vm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.Command;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.SnapshotDisk;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Snapshots that the storage takes rather than QEMU's image format, as RBD does for raw disks: here
 * a copy of the volume as it was at one instant. Calls come with the VM's lock held. SIM-01.
 */
final class BlockSnapshots {
  private final Volumes volumes;

  BlockSnapshots(Volumes volumes) {
    this.volumes = volumes;
  }

  /** Names the copies; nothing is made yet. */
  void prepare(Snapshot snapshot) {
    for (SnapshotDisk part : snapshot.disks) {
      part.copy = part.path + "@s" + snapshot.id;
    }
  }

  /** Copies all disks as they are at one instant; guests write on meanwhile. */
  void take(Vm vm, Snapshot snapshot, Optional<QemuProcess> qemu) throws IOException {
    if (qemu.isEmpty()) {
      for (SnapshotDisk part : snapshot.disks) {
        copy(volumes.file(vm.hostId, part.path), volumes.file(vm.hostId, part.copy));
      }
      return;
    }
    ArrayNode actions = Json.array();
    for (SnapshotDisk part : snapshot.disks) {
      Disk disk = vm.disk(part.device).orElseThrow();
      Path target = volumes.file(vm.hostId, part.copy);
      try (RandomAccessFile file = new RandomAccessFile(target.toFile(), "rw")) {
        file.setLength(part.sizeBytes);
      }
      ObjectNode node = Json.object().put("driver", "raw").put("node-name", node(part, snapshot));
      node.set("file", Json.object().put("driver", "file").put("filename", target.toString()));
      qemu.get().addNode(node);
      actions.add(
          Tracking.action(
              "blockdev-backup",
              Json.object()
                  .put("job-id", node(part, snapshot))
                  .put("device", disk.top().node())
                  .put("target", node(part, snapshot))
                  .put("sync", "full")));
    }
    qemu.get().transaction(actions);
    for (SnapshotDisk part : snapshot.disks) {
      qemu.get().awaitCompletion(node(part, snapshot));
      qemu.get().removeNode(node(part, snapshot));
    }
  }

  private static String node(SnapshotDisk part, Snapshot snapshot) {
    return "copy" + snapshot.id + part.device;
  }

  private static void copy(Path from, Path to) throws IOException {
    Command.run(List.of("cp", "--sparse=always", from.toString(), to.toString()));
  }

  /** Puts the disks of a VM that is off back to what was copied. */
  void revert(Vm vm, Snapshot snapshot) throws IOException {
    for (SnapshotDisk part : snapshot.disks) {
      copy(volumes.file(vm.hostId, part.copy), volumes.file(vm.hostId, part.path));
    }
  }

  /** Whether all copies are there. */
  boolean taken(Vm vm, Snapshot snapshot) throws IOException {
    for (SnapshotDisk part : snapshot.disks) {
      if (!Files.exists(volumes.file(vm.hostId, part.copy))) {
        return false;
      }
    }
    return true;
  }
}
