package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.restore.RestoreIntent.Chosen;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What must hold of disks that are there and are written over: of another VM's (HIK-04) one for
 * each, none twice, each at least as large. Reads only.
 */
final class ExistingDisks {
  private ExistingDisks() {}

  /**
   * @throws BackupException TARGET_DISKS_TOO_FEW, FIELD_MISSING, INVALID_VALUE, NOT_FOUND,
   *     TARGET_DISK_TOO_SMALL, VM_PROTECTED
   */
  static void require(RestoreIntent intent) {
    VmDescription vm = intent.existing().orElseThrow();
    if (vm.getProtected()) {
      throw BackupException.of(
          ErrorCode.VM_PROTECTED,
          "vm",
          vm.getName(),
          "address",
          intent.request().getPlatform().getAddress());
    }
    if (vm.getDisksCount() < intent.disks().size()) {
      throw BackupException.of(
          ErrorCode.TARGET_DISKS_TOO_FEW,
          "vm",
          vm.getName(),
          "actual",
          vm.getDisksCount(),
          "expected",
          intent.disks().size());
    }
    Set<String> taken = new HashSet<>();
    for (Chosen chosen : intent.disks()) {
      require(intent, chosen, vm, taken);
    }
  }

  private static void require(
      RestoreIntent intent, Chosen chosen, VmDescription vm, Set<String> taken) {
    String key = chosen.wish().getTargetDiskKey();
    if (key.isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "target_disk_key");
    }
    DiskDescription target =
        intent
            .inPlace(chosen)
            .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "disk", "id", key));
    if (!taken.add(key)) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "target_disk_key",
          "value",
          target.getDevice(),
          "expected",
          "each disk once");
    }
    requireLargeEnough(target, chosen, vm);
  }

  private static void requireLargeEnough(DiskDescription target, Chosen chosen, VmDescription vm) {
    if (target.getSizeBytes() < chosen.disk().getSizeBytes()) {
      throw BackupException.of(
          ErrorCode.TARGET_DISK_TOO_SMALL,
          "disk",
          target.getDevice(),
          "vm",
          vm.getName(),
          "actual",
          target.getSizeBytes(),
          "expected",
          chosen.disk().getSizeBytes());
    }
  }

  /** The VM's own disks may have grown since the backup. */
  static void requireLargeEnough(RestoreIntent intent) {
    for (Chosen chosen : intent.disks()) {
      intent
          .inPlace(chosen)
          .ifPresent(target -> requireLargeEnough(target, chosen, intent.existing().orElseThrow()));
    }
  }

  /**
   * The VM's own disks must be what was backed up.
   *
   * @throws BackupException TARGET_DISK_MISMATCH
   */
  static void requireSameSizes(RestoreIntent intent) {
    for (Chosen chosen : intent.disks()) {
      Optional<DiskDescription> target = intent.inPlace(chosen);
      if (target.isPresent() && target.get().getSizeBytes() != chosen.disk().getSizeBytes()) {
        throw BackupException.of(
            ErrorCode.TARGET_DISK_MISMATCH,
            "disk",
            target.get().getDevice(),
            "vm",
            intent.source().getName(),
            "actual",
            target.get().getSizeBytes(),
            "expected",
            chosen.disk().getSizeBytes());
      }
    }
  }
}
