package io.holdfast.platform.spi;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmDescription;
import java.util.List;

/**
 * What a backup of a VM can be.
 *
 * @param vm as it is now
 * @param snapshotType external or internal: what will be taken
 * @param disks every disk of the VM
 * @param trackingEnabled change tracking is on and valid for all included disks that can have it
 * @param notices what to tell
 * @param survivesMigration changes are counted on when the VM moves to another host
 * @param untracked why tracking is not on or not valid, in the platform's words; empty when it is
 */
public record BackupEligibility(
    VmDescription vm,
    SnapshotType snapshotType,
    List<Disk> disks,
    boolean trackingEnabled,
    List<Notice> notices,
    boolean survivesMigration,
    String untracked) {

  /** Of a platform whose tracking ends when the VM moves. */
  public BackupEligibility(
      VmDescription vm,
      SnapshotType snapshotType,
      List<Disk> disks,
      boolean trackingEnabled,
      List<Notice> notices,
      String untracked) {
    this(vm, snapshotType, disks, trackingEnabled, notices, false, untracked);
  }

  /** As the other, of a platform that gives no reasons. */
  public BackupEligibility(
      VmDescription vm,
      SnapshotType snapshotType,
      List<Disk> disks,
      boolean trackingEnabled,
      List<Notice> notices) {
    this(vm, snapshotType, disks, trackingEnabled, notices, false, "");
  }

  /** Whether changes of every included disk can be tracked (CAS-03). */
  public boolean trackable() {
    return disks.stream().filter(Disk::included).allMatch(Disk::trackable);
  }

  /**
   * @param disk the disk
   * @param included whether it is part of the backup
   * @param excludedBecause why not; default instance when included
   * @param trackable whether changes can be tracked on it
   */
  public record Disk(
      DiskDescription disk, boolean included, Notice excludedBecause, boolean trackable) {}
}
