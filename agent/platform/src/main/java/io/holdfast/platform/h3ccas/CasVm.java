package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.VmDescription;
import java.util.List;
import java.util.Optional;

/**
 * A VM as CAS tells it, with what the agent protocol has no field for.
 *
 * @param description for the product
 * @param disks in the platform's order
 * @param migrating [INF] a migration is under way
 * @param template status 0 [P]
 * @param ownerTag the VM's description field: what a restore wrote there
 */
record CasVm(
    VmDescription description,
    List<Disk> disks,
    boolean migrating,
    boolean template,
    String ownerTag) {

  static final String RUNNING = "running";
  static final String SHUT_OFF = "shutOff";
  static final String PAUSED = "paused";
  static final String UNKNOWN = "unknown";

  /**
   * @param description for the product
   * @param encrypted LUKS [INF field]
   * @param block lies on a block device or block pool
   */
  record Disk(DiskDescription description, boolean encrypted, boolean block) {
    boolean raw() {
      return description.getFormat().equals("raw");
    }

    boolean qcow2() {
      return description.getFormat().equals("qcow2");
    }

    /** [P] {@code subordinate}: part of external snapshots. The independent modes are [INF]. */
    boolean dependent() {
      return description.getMode().equals("subordinate");
    }
  }

  Optional<Disk> disk(String diskKey) {
    return disks.stream()
        .filter(each -> each.description().getDiskKey().equals(diskKey))
        .findFirst();
  }

  String id() {
    return description.getVmId();
  }

  /** Title and, where it differs, unique name: how messages name a VM (INV-03). */
  String label() {
    String title = description.getTitle();
    String name = description.getName();
    return title.isEmpty() || title.equals(name) ? name : title + " (" + name + ")";
  }

  boolean running() {
    return description.getState().equals(RUNNING);
  }

  boolean shutOff() {
    return description.getState().equals(SHUT_OFF);
  }
}
