package io.holdfast.simulator.vm;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Layer;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.SnapshotDisk;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.vm.TrackingState.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Changed block tracking. One bitmap per disk records in QEMU's memory; when a snapshot starts the
 * next one, the finished bitmap is read once and kept as ranges, so any union of consecutive
 * segments can be answered. Lost when QEMU ends, as on CAS. Safe for all threads; calls that touch
 * QEMU come with the VM's lock held.
 */
public final class Tracking {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Map<Integer, TrackingState> states = new ConcurrentHashMap<>();

  public Tracking(Path stateFolder) throws IOException {
    folder = Files.createDirectories(stateFolder.resolve("cbt"));
  }

  private TrackingState state(int vmId) {
    return states.computeIfAbsent(
        vmId,
        id -> {
          Path file = file(id);
          try {
            return Files.exists(file)
                ? JSON.readValue(file.toFile(), TrackingState.class)
                : new TrackingState();
          } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
          }
        });
  }

  private Path file(int vmId) {
    return folder.resolve(vmId + ".json");
  }

  private void save(int vmId) {
    try {
      StateStore.writeAtomically(file(vmId), JSON.writeValueAsBytes(state(vmId)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save tracking of VM " + vmId, e);
    }
  }

  /** Turns tracking on; afresh when it was invalid. */
  public synchronized void enable(Vm vm) {
    TrackingState state = state(vm.permanentKey());
    if (!state.enabled || !state.valid) {
      state.forget("");
      state.enabled = true;
      state.valid = true;
      save(vm.permanentKey());
    }
  }

  /** Turns tracking off and drops its bitmaps. */
  public synchronized void disable(Vm vm, Optional<QemuProcess> qemu) throws IOException {
    removeBitmaps(vm, qemu);
    TrackingState state = state(vm.permanentKey());
    state.forget("disabled");
    state.enabled = false;
    save(vm.permanentKey());
  }

  /** Everything recorded is void from now on. */
  public synchronized void lose(Vm vm, String reason, Optional<QemuProcess> qemu)
      throws IOException {
    TrackingState state = state(vm.permanentKey());
    if (state.enabled && state.valid) {
      removeBitmaps(vm, qemu);
      state.forget(reason);
      save(vm.permanentKey());
    }
  }

  private static void removeBitmaps(Vm vm, Optional<QemuProcess> qemu) throws IOException {
    if (qemu.isEmpty()) {
      return;
    }
    for (Disk disk : vm.disks) {
      for (Layer layer : disk.layers) {
        for (String name : qemu.get().bitmaps(layer.node()).keySet()) {
          qemu.get().removeBitmap(layer.node(), name);
        }
      }
    }
  }

  /** Forgets a deleted VM. */
  public synchronized void forget(Vm vm) throws IOException {
    states.remove(vm.permanentKey());
    Files.deleteIfExists(file(vm.permanentKey()));
  }

  /**
   * Gives each qcow2 disk of the snapshot the id of the point it will mark; nothing when tracking
   * is off or void.
   */
  public synchronized void assignPoints(Vm vm, Snapshot snapshot) {
    TrackingState state = state(vm.permanentKey());
    if (!state.enabled || !state.valid) {
      return;
    }
    int number = ++state.lastNumber;
    for (SnapshotDisk part : snapshot.disks) {
      if (vm.disk(part.device).map(d -> d.format).orElse("").equals("qcow2")) {
        part.bitmapId = "b" + number + "-" + part.device;
      }
    }
    save(vm.permanentKey());
  }

  /**
   * The actions that end the recording bitmap and begin the next one on {@code node}, in the
   * snapshot's transaction.
   */
  public synchronized List<ObjectNode> markActions(
      Vm vm, SnapshotDisk part, String oldNode, String newNode) {
    List<ObjectNode> actions = new ArrayList<>();
    if (part.bitmapId == null) {
      return actions;
    }
    Optional<Segment> recording = state(vm.permanentKey()).recording(part.device);
    recording.ifPresent(
        s ->
            actions.add(
                action(
                    "block-dirty-bitmap-disable",
                    Json.object().put("node", oldNode).put("name", s.bitmapId))));
    actions.add(
        action(
            "block-dirty-bitmap-add",
            Json.object()
                .put("node", newNode)
                .put("name", part.bitmapId)
                .put("granularity", QemuProcess.GRANULARITY)));
    return actions;
  }

  static ObjectNode action(String type, ObjectNode arguments) {
    ObjectNode action = Json.object().put("type", type);
    action.set("data", arguments);
    return action;
  }

  /** Records that the snapshot's transaction took place. Repeating it changes nothing. */
  public synchronized void marked(Vm vm, Snapshot snapshot) {
    TrackingState state = state(vm.permanentKey());
    for (SnapshotDisk part : snapshot.disks) {
      boolean known =
          part.bitmapId == null
              || state.segments(part.device).stream()
                  .anyMatch(s -> s.bitmapId.equals(part.bitmapId));
      if (!known) {
        Segment segment = new Segment();
        segment.bitmapId = part.bitmapId;
        segment.snapshot = snapshot.name;
        state.segments(part.device).add(segment);
      }
    }
    save(vm.permanentKey());
  }

  /** Reads the finished bitmaps out of QEMU and removes them there. */
  public synchronized void harvest(Vm vm, QemuProcess qemu) throws IOException {
    TrackingState state = state(vm.permanentKey());
    boolean complete = true;
    for (Disk disk : vm.disks) {
      List<Segment> all = state.segments(disk.device);
      for (int i = 0; i < all.size(); i++) {
        Segment segment = all.get(i);
        Optional<String> node =
            segment.areas == null ? nodeOf(disk, qemu, segment.bitmapId) : Optional.empty();
        if (segment.areas == null && node.isEmpty()) {
          complete = false;
        } else if (segment.areas == null && i < all.size() - 1) {
          segment.areas =
              Ranges.aligned(
                  qemu.bitmapRanges(node.get(), segment.bitmapId),
                  QemuProcess.GRANULARITY,
                  disk.sizeBytes);
          save(vm.permanentKey());
          qemu.removeBitmap(node.get(), segment.bitmapId);
        }
      }
    }
    if (!complete) {
      lose(vm, "lost", Optional.of(qemu));
    }
  }

  private static Optional<String> nodeOf(Disk disk, QemuProcess qemu, String bitmapId)
      throws IOException {
    for (int i = disk.layers.size() - 1; i >= 0; i--) {
      String node = disk.layers.get(i).node();
      if (qemu.bitmaps(node).containsKey(bitmapId)) {
        return Optional.of(node);
      }
    }
    return Optional.empty();
  }

  /** The answer of GET cbt. */
  public synchronized ObjectNode describe(Vm vm) {
    TrackingState state = state(vm.permanentKey());
    ObjectNode out =
        Json.object().put("enabled", state.enabled).put("valid", state.enabled && state.valid);
    out.put("reason", state.enabled && state.valid ? "" : state.reason);
    ArrayNode disks = out.putArray("disks");
    for (Disk disk : vm.disks) {
      if (disk.format.equals("qcow2") && state.enabled) {
        ObjectNode entry =
            disks
                .addObject()
                .put("device", disk.device)
                .put("granularity", QemuProcess.GRANULARITY);
        ArrayNode points = entry.putArray("points");
        for (Segment s : state.devices.getOrDefault(disk.device, List.of())) {
          if (!s.dropped) {
            points.addObject().put("bitmapId", s.bitmapId).put("snapshot", s.snapshot);
          }
        }
      }
    }
    return out;
  }

  /** Everything written from the point {@code since} up to the snapshot's own point. */
  public synchronized List<long[]> changes(Vm vm, Disk disk, String since, SnapshotDisk part) {
    TrackingState state = state(vm.permanentKey());
    if (!disk.format.equals("qcow2")) {
      throw new CasException(CasException.CBT_UNSUPPORTED, "磁盘 " + disk.device + " 不支持 CBT");
    }
    List<Segment> all = state.segments(disk.device);
    int from = index(all, since);
    int to = part.bitmapId == null ? -1 : index(all, part.bitmapId);
    if (from < 0 && (state.lostIds.contains(since) || !state.valid)) {
      throw new CasException(
          CasException.CBT_INVALID,
          "CBT 数据已失效：" + (state.reason.isEmpty() ? "lost" : state.reason));
    }
    if (from < 0 || to < 0 || from > to || all.get(from).dropped) {
      throw new CasException(CasException.CBT_UNKNOWN, "位图不存在：" + since);
    }
    List<List<long[]>> sets = new ArrayList<>();
    for (int i = from; i < to; i++) {
      if (all.get(i).areas == null) {
        throw new CasException(CasException.CBT_INVALID, "CBT 数据尚未就绪");
      }
      sets.add(all.get(i).areas);
    }
    return Ranges.union(sets);
  }

  private static int index(List<Segment> segments, String bitmapId) {
    for (int i = 0; i < segments.size(); i++) {
      if (segments.get(i).bitmapId.equals(bitmapId)) {
        return i;
      }
    }
    return -1;
  }

  /** Drops these points; recorded changes between the others stay complete. */
  public synchronized void drop(Vm vm, Set<String> points) {
    for (List<Segment> all : state(vm.permanentKey()).devices.values()) {
      all.forEach(s -> s.dropped |= points.contains(s.bitmapId));
      while (all.size() > 1 && all.get(0).dropped && all.get(0).areas != null) {
        all.remove(0);
      }
    }
    save(vm.permanentKey());
  }
}
