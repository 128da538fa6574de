package io.holdfast.simulator.vm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.NbdProcess;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Layer;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.SnapshotDisk;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.storage.ImageFile;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Describes a disk's files to QEMU and serves them by {@code qemu-nbd}. Frozen files (below an
 * overlay, or an internal snapshot) may be read while a QEMU holds the disk: what is frozen is
 * never written again, and taking the snapshot flushed it.
 */
public final class Images {
  private final Volumes volumes;
  private final Path runFolder;
  private final AtomicInteger serial = new AtomicInteger();

  public Images(Volumes volumes, Path runFolder) {
    this.volumes = volumes;
    this.runFolder = runFolder;
  }

  /**
   * The node of one layer for a running QEMU; {@code backing} is the node below, or null for the
   * layer's own header.
   */
  public ObjectNode node(Vm vm, Disk disk, Layer layer, String backing) throws IOException {
    ObjectNode node =
        Json.object()
            .put("driver", layer.format)
            .put("node-name", layer.node())
            .put("discard", "unmap");
    ObjectNode file =
        Json.object()
            .put("driver", "file")
            .put("filename", volumes.file(vm.hostId, layer.path).toString());
    node.set("file", file.put("discard", "unmap"));
    // Flushes reach the file but are not synced: what a simulator need not do.
    node.set("cache", Json.object().put("no-flush", true));
    if (backing != null) {
      node.put("backing", backing);
    }
    return encrypted(node, disk, layer);
  }

  private static ObjectNode encrypted(ObjectNode node, Disk disk, Layer layer) {
    if (disk.encrypted && layer == disk.layers.get(0)) {
      node.set("encrypt", Json.object().put("format", "luks").put("key-secret", "sec0"));
    }
    return node;
  }

  /** All nodes of a disk, bottom first. */
  public List<ObjectNode> nodes(Vm vm, Disk disk) throws IOException {
    List<ObjectNode> result = new ArrayList<>();
    String below = null;
    for (Layer layer : disk.layers) {
      result.add(node(vm, disk, layer, below));
      below = layer.node();
    }
    return result;
  }

  /**
   * Serves a disk as it is in the snapshot, or as it is now (VM off) when {@code snapshot} is null.
   */
  public NbdProcess serve(Vm vm, Disk disk, Snapshot snapshot, boolean writable)
      throws IOException {
    String top = disk.top().path;
    String internal = null;
    if (snapshot != null) {
      SnapshotDisk part =
          snapshot
              .disk(disk.device)
              .orElseThrow(() -> new IOException("the disk is not in the snapshot"));
      if (!part.copy.isEmpty()) {
        return serve(volumes.file(vm.hostId, part.copy), false);
      }
      top = part.path;
      internal = snapshot.external ? null : internalName(snapshot);
    }
    ObjectNode image = null;
    for (Layer layer : disk.layers) {
      ObjectNode next =
          image(
              layer.format,
              volumes.file(vm.hostId, layer.path),
              writable && layer.path.equals(top));
      if (image != null) {
        next.set("backing", image);
      }
      image = next;
      if (layer.path.equals(top)) {
        break;
      }
    }
    return process(image, internal, writable);
  }

  /** The file behind a path of the VM's host. */
  public Path file(Vm vm, String path) throws IOException {
    return volumes.file(vm.hostId, path);
  }

  /** Serves a volume that no VM uses. */
  public NbdProcess serve(Path file, boolean writable) throws IOException {
    return process(image(ImageFile.read(file).format(), file, writable), null, writable);
  }

  private NbdProcess process(ObjectNode image, String internal, boolean writable)
      throws IOException {
    int number = serial.incrementAndGet();
    return new NbdProcess(
        runFolder.resolve("n" + number + ".sock"), "x", image, internal, writable);
  }

  private static ObjectNode image(String format, Path file, boolean writable) {
    ObjectNode node = Json.object().put("driver", format);
    ObjectNode below = Json.object().put("driver", "file").put("filename", file.toString());
    if (writable) {
      node.put("discard", "unmap");
      below.put("discard", "unmap");
    } else {
      below.put("locking", "off");
    }
    node.set("file", below);
    return node;
  }

  /** The name of an internal snapshot inside the files. */
  public static String internalName(Snapshot snapshot) {
    return "s" + snapshot.id;
  }
}
