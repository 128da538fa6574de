package io.holdfast.simulator.seed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.storage.Volumes.NewImage;
import io.holdfast.simulator.vm.Images;
import io.holdfast.simulator.vm.Lifecycle.DiskOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes disk files of any shape with content: chains, linked clones, encrypted ones, on any kind of
 * pool.
 */
public final class LabDisks {
  private final Volumes volumes;
  private final Images images;
  private final LabPools pools;

  public LabDisks(Volumes volumes, Images images, LabPools pools) {
    this.volumes = volumes;
    this.images = images;
    this.pools = pools;
  }

  /** The file of one disk of a VM, made as ordered; {@code order} is the VM's, for its defaults. */
  public DiskOrder make(Vm vm, JsonNode order, JsonNode disk, int index) throws IOException {
    ObjectNode rest = disk.deepCopy();
    if (!rest.has("diskMode") && order.has("diskMode")) {
      rest.put("diskMode", Json.text(order, "diskMode", "subordinate"));
    }
    int mode = (int) Json.number(disk, "mode", 0);
    String existing = Json.text(disk, "path", "");
    if (!existing.isEmpty()) {
      return new DiskOrder(existing, "", 0, mode, true, rest);
    }
    StoragePool pool = pools.pool(vm.hostId, Json.text(disk, "pool", "share01"));
    String folder = Json.text(disk, "dirName", "");
    String prefix = "/vms/" + pool.name + "/" + (folder.isEmpty() ? "" : folder + "/");
    String base = fileName(vm, prefix, index);
    String path = chain(vm, disk, prefix + base, mode);
    return new DiskOrder(path, "", 0, mode, true, rest);
  }

  private String fileName(Vm vm, String prefix, int index) throws IOException {
    String base = Volumes.safeName(vm.name) + (index == 0 ? "" : "_disk" + (index + 1));
    boolean taken = Files.exists(volumes.file(vm.hostId, prefix + base));
    return taken ? base + "_" + vm.id : base;
  }

  /** Makes the files of a chain from the bottom; content is spread over them in turn. */
  private String chain(Vm vm, JsonNode disk, String top, int mode) throws IOException {
    int depth = (int) Json.number(disk, "chainDepth", 1);
    long size = Json.number(disk, "sizeBytes", 1L << 30);
    List<JsonNode> content = Json.list(disk, "content");
    String below = Json.text(disk, "base", "");
    String path = "";
    for (int level = 0; level < depth; level++) {
      String next = level == depth - 1 ? top : top + ".base" + level;
      Files.createDirectories(volumes.file(vm.hostId, next).getParent());
      if (below.isEmpty()) {
        volumes.create(
            vm.hostId,
            new NewImage(
                next,
                Json.text(disk, "format", format(next, vm)),
                size,
                mode,
                Json.flag(disk, "encrypted")));
      } else {
        volumes.createOverlay(vm.hostId, next, below, size);
      }
      List<JsonNode> own = new ArrayList<>();
      for (int i = level; i < content.size(); i += depth) {
        own.add(content.get(i));
      }
      Content.write(images, volumes.file(vm.hostId, next), own);
      path = next;
      below = next;
    }
    return path;
  }

  private String format(String path, Vm vm) {
    return volumes.pool(vm.hostId, Volumes.poolName(path)).holdsFiles() ? "qcow2" : "raw";
  }
}
