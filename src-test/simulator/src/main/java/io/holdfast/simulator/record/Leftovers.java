package io.holdfast.simulator.record;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.state.CasState;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Layer;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.storage.Volumes.Volume;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What is there now and was not at the last baseline: snapshots, volumes no VM uses, disks attached
 * to VMs, VMs. What the lab itself makes is part of the baseline. Safe for all threads. SIM-07.
 */
public final class Leftovers {
  private final StateStore store;
  private final Volumes volumes;
  private final Set<String> known = new HashSet<>();

  public Leftovers(StateStore store, Volumes volumes) {
    this.store = store;
    this.volumes = volumes;
  }

  /** Everything that is there now is as it should be. */
  public synchronized void baseline() throws IOException {
    known.clear();
    for (Vm vm : vms()) {
      adopt(vm);
    }
    for (StoragePool pool : pools()) {
      for (Volume volume : volumes.list(pool)) {
        known.add(volumeKey(pool, volume.path()));
      }
    }
  }

  /** A VM as it is now, made or changed by the lab, is as it should be. */
  public synchronized void adopt(Vm vm) {
    known.add("vm " + vm.permanentKey());
    vm.snapshots.forEach(s -> known.add(snapshotKey(vm, s.name)));
    vm.disks.forEach(d -> known.add(diskKey(vm, d)));
  }

  private static String snapshotKey(Vm vm, String name) {
    return "snapshot " + vm.permanentKey() + " " + name;
  }

  private static String diskKey(Vm vm, Disk disk) {
    return "disk " + vm.permanentKey() + " " + disk.device + " " + disk.path();
  }

  private static String volumeKey(StoragePool pool, String path) {
    return "volume " + pool.folder + " " + path;
  }

  private List<Vm> vms() {
    return store.read((CasState s) -> List.copyOf(s.vms));
  }

  private List<StoragePool> pools() {
    return store.read((CasState s) -> List.copyOf(s.pools));
  }

  /** The differences to the baseline; {@code clean} when there are none but new VMs. */
  public synchronized ObjectNode describe() throws IOException {
    ObjectNode out = Json.object();
    ArrayNode snapshots = out.putArray("snapshots");
    ArrayNode disks = out.putArray("attachments");
    ArrayNode fresh = out.putArray("vms");
    for (Vm vm : vms()) {
      boolean old = known.contains("vm " + vm.permanentKey());
      if (!old) {
        fresh.addObject().put("id", vm.id).put("name", vm.name);
      }
      vm.snapshots.stream()
          .filter(s -> !known.contains(snapshotKey(vm, s.name)))
          .forEach(s -> snapshots.addObject().put("vm", vm.name).put("name", s.name));
      vm.disks.stream()
          .filter(d -> old && !known.contains(diskKey(vm, d)))
          .forEach(
              d ->
                  disks
                      .addObject()
                      .put("vm", vm.name)
                      .put("device", d.device)
                      .put("path", d.path()));
    }
    ArrayNode unused = out.putArray("volumes");
    for (StoragePool pool : pools()) {
      Set<String> used = used(pool);
      for (Volume volume : volumes.list(pool)) {
        boolean left =
            !volume.folder()
                && !used.contains(volume.path())
                && !known.contains(volumeKey(pool, volume.path()));
        if (left) {
          unused.addObject().put("pool", pool.name).put("path", volume.path());
        }
      }
    }
    return out.put("clean", snapshots.isEmpty() && disks.isEmpty() && unused.isEmpty());
  }

  private Set<String> used(StoragePool pool) {
    Set<String> result = new HashSet<>();
    for (Vm vm : vms()) {
      if (!pool.seenBy(vm.hostId)) {
        continue;
      }
      result.add(vm.nvram);
      for (Disk disk : vm.disks) {
        for (Layer layer : disk.layers) {
          result.add(layer.path);
        }
        String folder = disk.path().substring(0, disk.path().lastIndexOf('/') + 1);
        disk.bases.forEach(base -> result.add(folder + base));
      }
      vm.snapshots.forEach(
          s -> {
            result.add(s.memoryFile);
            s.disks.forEach(d -> result.add(d.copy));
          });
    }
    return result;
  }
}
