package io.holdfast.system.campaign;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A job over some VMs of one simulator: everything about it is drawn from its own seed, so that a
 * group can be repeated alone.
 *
 * @param number of the group, from 1
 * @param seed of the group
 * @param release of the platform
 * @param snapshot the job's option: ADAPTIVE, EXTERNAL or INTERNAL
 * @param fault what goes wrong during its backups
 * @param vms the job's content
 */
record GroupPlan(
    int number,
    long seed,
    String release,
    String snapshot,
    CampaignFault fault,
    List<VmShape> vms) {
  private static final List<String> SNAPSHOTS =
      List.of("ADAPTIVE", "ADAPTIVE", "EXTERNAL", "INTERNAL");

  static GroupPlan drawn(int number, long seed, String release, int vms) {
    Random random = new Random(seed);
    String snapshot = SNAPSHOTS.get(random.nextInt(SNAPSHOTS.size()));
    CampaignFault[] faults = CampaignFault.values();
    boolean calm = random.nextInt(3) == 0;
    CampaignFault fault = calm ? CampaignFault.NONE : faults[random.nextInt(faults.length)];
    List<VmShape> shapes =
        IntStream.range(0, vms)
            .mapToObj(i -> VmShape.drawn("g" + number + "-" + i, random))
            .toList();
    return new GroupPlan(number, seed, release, snapshot, fault, shapes);
  }

  /** Options of the job; retries cost no minutes here. */
  Map<String, Object> options() {
    Random random = new Random(seed + 1);
    return Map.of(
        "snapshotType",
        snapshot,
        "enableTracking",
        true,
        "parallelVms",
        1 + random.nextInt(4),
        "vmsPerHost",
        1 + random.nextInt(4),
        "disksPerVm",
        1 + random.nextInt(3),
        "streamsPerDisk",
        1 + random.nextInt(3));
  }

  @Override
  public String toString() {
    return "group " + number + " (" + release + ", " + snapshot + ", " + fault + ")";
  }
}
