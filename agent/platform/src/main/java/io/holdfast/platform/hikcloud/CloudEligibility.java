package io.holdfast.platform.hikcloud;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.source.spi.CephStorage;
import io.holdfast.source.spi.RbdImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What stands against a backup or a restore of a VM (HIK-02, HIK-04, HIK-06). Reads only. */
final class CloudEligibility {
  /** [SRC] S2 forbids shelved VMs only; what else cannot be told is left alone. */
  private static final Set<String> BACKED_UP =
      Set.of(CloudVm.ACTIVE, CloudVm.SHUTOFF, "PAUSED", "SUSPENDED");

  private static final Map<String, String> ADVICE =
      Map.of(
          "paused", "Resume it and shut it down first.",
          "suspended", "Resume it and shut it down first.",
          "shelved", "Unshelve it first.",
          "running", "Shut it down first.");

  private final CloudErrors errors;
  private final CloudStorages storages;

  CloudEligibility(CloudErrors errors, CloudStorages storages) {
    this.errors = errors;
    this.storages = storages;
  }

  /**
   * Judges a VM. Snapshots of RBD images always can be counted from, so changes are always tracked;
   * sizes are those of the images.
   */
  BackupEligibility judge(CloudVm vm) {
    requireSnapshot(vm);
    List<BackupEligibility.Disk> disks = new ArrayList<>();
    VmDescription.Builder description = vm.description().toBuilder().clearDisks();
    for (CloudVolume volume : vm.volumes()) {
      long size = storages.look(storages.image(vm, volume)).sizeBytes();
      DiskDescription disk = volume.description().toBuilder().setSizeBytes(size).build();
      description.addDisks(disk);
      disks.add(new BackupEligibility.Disk(disk, true, Notice.getDefaultInstance(), true));
    }
    return new BackupEligibility(
        description.build(), SnapshotType.SNAPSHOT_EXTERNAL, disks, true, notices(vm), true, "");
  }

  /** A guest that stands still cannot be asked to freeze its file systems. */
  private static List<Notice> notices(CloudVm vm) {
    return vm.running() || vm.shutOff()
        ? List.of()
        : List.of(
            Notice.newBuilder()
                .setCode(NoticeCode.GUEST_NOT_FROZEN.name())
                .setSeverity(Notice.Severity.WARNING)
                .putParameters("vm", vm.name())
                .putParameters("type", "FREEZE_STANDS_STILL")
                .build());
  }

  /**
   * What the platform itself tells against a snapshot. Asks nobody.
   *
   * @throws BackupException VM_STATE_REFUSED, VM_HAS_NO_DISK, GUEST_AGENT_MISSING,
   *     DISK_FORMAT_UNSUPPORTED, CEPH_STORAGE_UNREGISTERED, each naming the VM
   */
  void requireSnapshot(CloudVm vm) {
    requireIdle(vm);
    if (!BACKED_UP.contains(vm.status())) {
      throw stateRefused(vm);
    }
    if (vm.volumes().isEmpty()) {
      throw errors.about(ErrorCode.VM_HAS_NO_DISK, "vm", vm.name());
    }
    storages.requireRegistered(vm);
    if (!vm.agentInstalled()) {
      throw errors.about(ErrorCode.GUEST_AGENT_MISSING, "vm", vm.name());
    }
  }

  /** [SRC] A disk is written only while its VM is off: not suspended, paused or shelved either. */
  void requireWritable(CloudVm vm) {
    requireIdle(vm);
    if (!vm.shutOff()) {
      throw stateRefused(vm);
    }
  }

  /**
   * What stands against overwriting disks of a VM that may still have to be shut down (HIK-04).
   *
   * @return the VM with the sizes of its images
   * @throws BackupException VM_STATE_REFUSED; RBD_IMAGE_IN_USE for a VM that is off while somebody
   *     has an image of it open
   */
  VmDescription requireOverwritable(CloudVm vm) {
    if (!vm.running()) {
      requireWritable(vm);
    }
    requireIdle(vm);
    storages.requireRegistered(vm);
    VmDescription.Builder description = vm.description().toBuilder().clearDisks();
    for (CloudVolume volume : vm.volumes()) {
      RbdImage image = storages.image(vm, volume);
      CephStorage.Image now = storages.look(image);
      if (vm.shutOff() && !now.watchers().isEmpty()) {
        throw errors.about(
            ErrorCode.RBD_IMAGE_IN_USE,
            "image",
            image.path(),
            "watchers",
            String.join(", ", now.watchers()));
      }
      description.addDisks(volume.description().toBuilder().setSizeBytes(now.sizeBytes()));
    }
    return description.build();
  }

  /**
   * [SRC] A snapshot before a restore needs the guest agent at work. One that is off has no agent
   * that could answer, and file systems that need none: there it only must be installed.
   *
   * @throws BackupException GUEST_AGENT_SILENT, and as {@link #requireSnapshot}
   */
  void requireSafetySnapshot(CloudVm vm) {
    requireSnapshot(vm);
    if (vm.running() && !vm.description().getGuestTools().equals("running")) {
      throw errors.about(ErrorCode.GUEST_AGENT_SILENT, "vm", vm.name());
    }
  }

  private void requireIdle(CloudVm vm) {
    if (!vm.taskState().isEmpty()) {
      throw errors.of(
          ErrorCode.VM_STATE_REFUSED,
          vm.taskState(),
          "vm",
          vm.name(),
          "state",
          vm.taskState(),
          "advice",
          "Wait until the platform has done it.");
    }
  }

  BackupException stateRefused(CloudVm vm) {
    String state = vm.description().getState();
    return errors.of(
        ErrorCode.VM_STATE_REFUSED,
        vm.status(),
        "vm",
        vm.name(),
        "state",
        state.equals("unknown") ? vm.status() : state,
        "advice",
        ADVICE.getOrDefault(state, ""));
  }
}
