package io.holdfast.simulator.vm;

import io.holdfast.simulator.CasException;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Vm;
import java.util.ArrayList;
import java.util.List;

/** Which snapshot types a VM's disks allow. */
public final class SnapshotRules {
  private SnapshotRules() {}

  /** Why a type cannot be used; {@code independent} is only a remark. */
  public record Obstacle(String type, String device, String reason) {
    boolean forbids() {
      return !reason.equals("independent");
    }
  }

  /** Whether all disks are raw on RBD, whose own snapshots count as internal ones. */
  public static boolean byStorage(Vm vm) {
    return !vm.disks.isEmpty()
        && vm.disks.stream().allMatch(d -> d.format.equals("raw") && d.poolType.equals("rbd"));
  }

  /** What stands against either type. */
  public static List<Obstacle> obstacles(Vm vm) {
    List<Obstacle> result = new ArrayList<>();
    for (Disk disk : vm.disks) {
      if (disk.format.equals("raw") && !byStorage(vm)) {
        result.add(new Obstacle("internal", disk.device, disk.block ? "block" : "raw"));
      }
      if (!disk.dependent()) {
        result.add(new Obstacle("external", disk.device, "independent"));
      } else if (disk.block) {
        result.add(new Obstacle("external", disk.device, "block"));
      } else if (disk.encrypted) {
        result.add(new Obstacle("external", disk.device, "encrypted"));
      }
    }
    return result;
  }

  /** Refuses a type that the VM's disks do not allow. */
  public static void requireSupported(Vm vm, boolean external) {
    String type = external ? "external" : "internal";
    for (Obstacle obstacle : obstacles(vm)) {
      if (obstacle.type().equals(type) && obstacle.forbids()) {
        throw new CasException(
            CasException.SNAPSHOT_UNSUPPORTED,
            "不支持的快照类型：" + type + "，磁盘 " + obstacle.device() + "（" + obstacle.reason() + "）");
      }
    }
    if (vm.disks.stream().noneMatch(d -> !external || d.dependent())) {
      throw new CasException(CasException.SNAPSHOT_UNSUPPORTED, "没有可做快照的磁盘");
    }
  }
}
