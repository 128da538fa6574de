package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.RestorePointReader;
import io.holdfast.pool.store.TransferPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What type a backup will be and why. An incremental or differential that would not be complete
 * turns full, each reason told (CAS-04); nothing that platform or pool say is believed without
 * comparing it with the base.
 *
 * @param type effective
 * @param base what an incremental or differential is made against; empty for a full
 * @param notices why it is full
 */
record TypeDecision(BackupType type, Optional<RestorePointSummary> base, List<Notice> notices) {

  /** A full backup, with reasons. */
  static TypeDecision full(List<Notice> notices) {
    return new TypeDecision(BackupType.FULL, Optional.empty(), List.copyOf(notices));
  }

  /** This decision turned full for one more reason. */
  TypeDecision turnedFull(Notice reason) {
    List<Notice> all = new ArrayList<>(notices);
    all.add(reason);
    return full(all);
  }

  /** Decides from the state of VM and pool as they are now; reads only. */
  static TypeDecision decide(BackupRequest request, BackupEligibility vm, TransferPool pool) {
    BackupType wanted = request.getRequestedType();
    if (wanted != BackupType.INCREMENTAL && wanted != BackupType.DIFFERENTIAL) {
      return full(List.of(Notices.note(NoticeCode.FULL_REQUESTED)));
    }
    if (request.getBaseRestorePointId().isEmpty()) {
      return full(List.of(Notices.note(NoticeCode.FULL_NO_BASE)));
    }
    RestorePointSummary base;
    try {
      base = readableBase(Ids.parse("base", request.getBaseRestorePointId()), vm, pool);
    } catch (BackupException unreadable) {
      return full(
          List.of(
              Notices.warning(
                  NoticeCode.FULL_BASE_UNREADABLE,
                  "base",
                  request.getBaseRestorePointId(),
                  "cause",
                  Reason.of(unreadable))));
    }
    List<Notice> against = new Reasons(base, vm).all(wanted);
    return against.isEmpty()
        ? new TypeDecision(wanted, Optional.of(base), List.of())
        : full(against);
  }

  /**
   * What can be said without a look at the pool: whether the VM itself would allow what was asked
   * for. Reads only.
   */
  static TypeDecision withoutPool(BackupRequest request, BackupEligibility vm) {
    BackupType wanted = request.getRequestedType();
    if (wanted != BackupType.INCREMENTAL && wanted != BackupType.DIFFERENTIAL) {
      return full(List.of(Notices.note(NoticeCode.FULL_REQUESTED)));
    }
    if (request.getBaseRestorePointId().isEmpty()) {
      return full(List.of(Notices.note(NoticeCode.FULL_NO_BASE)));
    }
    return vm.trackingEnabled()
        ? new TypeDecision(wanted, Optional.empty(), List.of())
        : full(List.of(untracked(vm)));
  }

  private static Notice untracked(BackupEligibility vm) {
    String cause =
        vm.untracked().isEmpty() ? Reason.of(ReasonCode.TRACKING_NOT_VALID) : vm.untracked();
    return vm.trackable() || vm.vm().getState().equals("shutOff")
        ? Notices.warning(NoticeCode.FULL_TRACKING_LOST, "cause", cause)
        : Notices.warning(NoticeCode.FULL_TRACKING_IMPOSSIBLE, "cause", cause);
  }

  /** The base, its manifest and the maps of the disks that will refer to it read and checked. */
  private static RestorePointSummary readableBase(
      UUID id, BackupEligibility vm, TransferPool pool) {
    try (RestorePointReader reader = pool.restorePoint(id)) {
      ManifestSummary manifest = reader.manifest();
      for (BackupEligibility.Disk disk : vm.disks()) {
        String key = disk.disk().getDiskKey();
        if (disk.included() && manifest.disk(key).isPresent()) {
          reader.disk(key);
        }
      }
      return RestorePoints.summary(manifest);
    }
  }

  /** The base's disk of this key. */
  static Optional<RestorePointDisk> disk(RestorePointSummary base, String diskKey) {
    return base.getDisksList().stream()
        .filter(disk -> disk.getDisk().getDiskKey().equals(diskKey))
        .findFirst();
  }

  /** What stands against building on a base. */
  private record Reasons(RestorePointSummary base, BackupEligibility vm) {

    List<Notice> all(BackupType wanted) {
      List<Notice> result = new ArrayList<>();
      if (wanted == BackupType.DIFFERENTIAL && base.getType() != BackupType.FULL) {
        result.add(
            Notices.warning(
                NoticeCode.FULL_CHAIN_BROKEN, "cause", Reason.of(ReasonCode.BASE_NOT_FULL)));
      }
      if (!base.getVm().getUuid().equals(vm.vm().getUuid())) {
        result.add(
            Notices.warning(
                NoticeCode.FULL_CHAIN_BROKEN, "cause", Reason.of(ReasonCode.BASE_OF_OTHER_VM)));
      }
      if (!vm.survivesMigration()) {
        host(base.getVm(), vm.vm()).ifPresent(result::add);
      }
      for (BackupEligibility.Disk disk : vm.disks()) {
        if (disk.included()) {
          disk(disk.disk()).ifPresent(result::add);
        }
      }
      if (result.isEmpty() && !vm.trackingEnabled()) {
        result.add(untracked(vm));
      }
      return result;
    }

    private static Optional<Notice> host(VmDescription then, VmDescription now) {
      if (then.getHostId().equals(now.getHostId())) {
        return Optional.empty();
      }
      boolean sameHost =
          !now.getHostAddress().isEmpty() && then.getHostAddress().equals(now.getHostAddress());
      return Optional.of(
          sameHost
              ? Notices.warning(
                  NoticeCode.FULL_HOST_CHANGED, "from", then.getHostId(), "to", now.getHostId())
              : Notices.warning(
                  NoticeCode.FULL_VM_MIGRATED,
                  "from",
                  then.getHostName(),
                  "to",
                  now.getHostName()));
    }

    private Optional<Notice> disk(DiskDescription now) {
      Optional<RestorePointDisk> then = TypeDecision.disk(base, now.getDiskKey());
      if (then.isEmpty()) {
        boolean sameDevice =
            base.getDisksList().stream()
                .anyMatch(disk -> disk.getDisk().getDevice().equals(now.getDevice()));
        NoticeCode code = sameDevice ? NoticeCode.FULL_DISK_REPLACED : NoticeCode.FULL_DISK_ADDED;
        return Optional.of(Notices.warning(code, "disk", now.getDevice()));
      }
      long before = then.get().getDisk().getSizeBytes();
      if (before != now.getSizeBytes()) {
        return Optional.of(
            Notices.warning(
                NoticeCode.FULL_DISK_RESIZED,
                "disk",
                now.getDevice(),
                "from",
                before,
                "to",
                now.getSizeBytes()));
      }
      return then.get().getTrackingMark().isEmpty()
          ? Optional.of(
              Notices.warning(NoticeCode.FULL_TRACKING_NOT_ENABLED, "disk", now.getDevice()))
          : Optional.empty();
    }
  }
}
