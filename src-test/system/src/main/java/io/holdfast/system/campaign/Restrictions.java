package io.holdfast.system.campaign;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the guide's table of restrictions (S1 table 7) says of a VM, written down once more and
 * independent of the product: what it must be refused for, which disks a backup of it holds, and
 * whether its next backup can read changes only.
 */
final class Restrictions {
  private static final int TRACKS_EXTERNAL_SNAPSHOTS_FROM = 760;

  /** What is to happen: {@code refusals} is empty when the backup must be sealed. */
  record Verdict(Set<String> refusals, List<Integer> disks, boolean tracked) {
    boolean sealed() {
      return refusals.isEmpty();
    }
  }

  private Restrictions() {}

  /**
   * @param snapshot ADAPTIVE, EXTERNAL or INTERNAL
   * @param release as E0785P03
   */
  static Verdict of(VmShape vm, String snapshot, String release) {
    if (vm.power() == VmShape.Power.PAUSED || vm.power() == VmShape.Power.MIGRATING) {
      return refused("VM_STATE_REFUSED"); // backup 14 and 15
    }
    if (vm.disks().stream().anyMatch(DiskShape::encrypted)) {
      return refused("SNAPSHOT_UNSUPPORTED"); // environment 2, backup 4
    }
    boolean external = vm.disks().stream().anyMatch(each -> !each.independent());
    boolean internal = vm.disks().stream().noneMatch(DiskShape::raw); // backup 12
    boolean takesExternal = external && !snapshot.equals("INTERNAL");
    if (!takesExternal && (!internal || snapshot.equals("EXTERNAL"))) {
      return refused("SNAPSHOT_UNSUPPORTED"); // environment 9, options "snapshot"
    }
    List<Integer> disks =
        IntStream.range(0, vm.disks().size())
            .filter(i -> !takesExternal || !vm.disks().get(i).independent()) // environment 1
            .boxed()
            .toList();
    return new Verdict(Set.of(), disks, tracked(vm, disks, takesExternal, release));
  }

  private static boolean tracked(
      VmShape vm, List<Integer> disks, boolean external, String release) {
    int number = Integer.parseInt(release.substring(1, 5));
    return vm.power() == VmShape.Power.RUNNING // backup 8
        && number != TRACKS_EXTERNAL_SNAPSHOTS_FROM // backup 17
        && (!external || number > TRACKS_EXTERNAL_SNAPSHOTS_FROM) // backup 18
        && disks.stream().noneMatch(i -> vm.disks().get(i).raw()); // backup 7, environment 3
  }

  private static Verdict refused(String code) {
    return new Verdict(Set.of(code), List.of(), false);
  }
}
