package io.holdfast.agent.restore;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.ReleaseRestoreRequest;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.restore.RestoreRecord.Phase;
import io.holdfast.agent.transfer.Notices;
import io.holdfast.error.BackupException;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.platform.spi.PlatformConnection;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a restore session. Abandoning undoes what the session made, and only that: a VM or
 * disk of its own is deleted, an existing disk that was overwritten in part stays as it is and its
 * VM stays off, which is said, unless there is a snapshot to roll it back to ({@link
 * SafetySnapshots}); a VM of which nothing was written yet runs again, also one that goes off only
 * later ({@link VmShutdowns}). What cannot be undone yet is said and stays in the session file: the
 * answer is pending, and the next call goes on.
 */
final class RestoreRelease {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreRelease.class);

  private final Connectors connectors;
  private final RestoreRecords records;
  private final VmShutdowns shutdowns;
  private final SafetySnapshots safety;

  RestoreRelease(Connectors connectors, RestoreRecords records, Clock clock) {
    this.connectors = connectors;
    this.records = records;
    this.shutdowns = new VmShutdowns(records, clock);
    this.safety = new SafetySnapshots(connectors, records);
  }

  /** Ends a session that is not open in this process any more. */
  ReleaseRestoreResponse release(ReleaseRestoreRequest request) {
    Optional<RestoreRecord> record = records.load(request.getSessionId());
    ReleaseRestoreResponse.Builder response = ReleaseRestoreResponse.newBuilder();
    if (record.isEmpty()) {
      return response.build();
    }
    if (request.getAbandon() && record.get().phase() == Phase.MAKING) {
      // Nobody was told yet, because the target was never answered: that a VM was replaced.
      response.addAllNotices(record.get().notices());
    }
    if (request.getAbandon() && record.get().phase() != Phase.FINISHED) {
      try (PlatformConnection platform = connectors.connect(request.getPlatform())) {
        undo(record.get(), request.getPlatform(), platform, response);
      } catch (BackupException failed) {
        LOG.warn("Restore {} could not be undone: {}", request.getSessionId(), failed.getMessage());
        return response.setPending(true).addNotices(kept(record.get().vm(), failed)).build();
      }
    } else if (record.get().phase() == Phase.FINISHED) {
      safety.drop(record.get(), request.getPlatform(), response);
    } else {
      safety.offer(record.get(), response);
    }
    if (response.getPending()) {
      return response.build();
    }
    records.delete(request.getSessionId());
    return response.build();
  }

  private void undo(
      RestoreRecord record,
      PlatformAccess access,
      PlatformConnection platform,
      ReleaseRestoreResponse.Builder response) {
    if (record.vm().created()) {
      ownVm(record, platform).ifPresent(vm -> response.addNotices(deleteVm(record, vm, platform)));
    } else {
      for (RestoreRecord.Disk disk : record.disks()) {
        if (!disk.inPlace()) {
          ownDisk(record, disk, platform)
              .ifPresent(own -> response.addNotices(removeDisk(record, own, platform)));
        }
      }
    }
    if (record.untouched() || safety.rollBack(record, access, response)) {
      safety.drop(record, access, response);
      shutdowns.startAgain(record, platform, response);
    }
  }

  private static Notice deleteVm(
      RestoreRecord record, VmDescription vm, PlatformConnection platform) {
    // After a crash the record may not tell the disks yet; a chosen block volume is never ours.
    boolean volumesAreOurs =
        record.disks().stream().allMatch(RestoreRecord.Disk::created)
            && vm.getDisksList().stream()
                .map(disk -> disk.getStoragePoolType().toLowerCase(Locale.ROOT))
                .noneMatch(TargetMaker.BLOCK_POOLS::contains);
    platform.deleteVm(vm.getVmId(), volumesAreOurs);
    return Notices.note(NoticeCode.RESTORE_TARGET_REMOVED, "target", vm.getName());
  }

  /** The VM this session made, also when the answer that told its id was lost. */
  private static Optional<VmDescription> ownVm(RestoreRecord record, PlatformConnection platform) {
    if (record.vm().id().isEmpty()) {
      return platform
          .findVmByName(record.vm().name())
          .filter(vm -> vm.getPlatformDocument().contains(record.request().getSessionId()));
    }
    return VmShutdowns.described(record.vm().id(), platform);
  }

  /** The disk this session made, found by its volume's name when its key was not stored yet. */
  private static Optional<DiskDescription> ownDisk(
      RestoreRecord record, RestoreRecord.Disk disk, PlatformConnection platform) {
    return VmShutdowns.described(record.vm().id(), platform).stream()
        .flatMap(vm -> vm.getDisksList().stream())
        .filter(
            each ->
                disk.targetKey().isEmpty()
                    ? each.getPath().endsWith("/" + disk.volumeName())
                    : each.getDiskKey().equals(disk.targetKey()))
        .findFirst();
  }

  private static Notice removeDisk(
      RestoreRecord record, DiskDescription disk, PlatformConnection platform) {
    // A volume that was chosen is detached; it is never ours to delete.
    boolean volumeIsOurs =
        !TargetMaker.BLOCK_POOLS.contains(disk.getStoragePoolType().toLowerCase(Locale.ROOT));
    platform.removeDisk(record.vm().id(), disk.getDiskKey(), volumeIsOurs);
    return Notices.note(
        NoticeCode.RESTORE_TARGET_REMOVED, "target", record.vm().name() + " " + disk.getDevice());
  }

  /** Nobody is told to remove a VM that was there before the restore. */
  private static Notice kept(RestoreRecord.Vm vm, BackupException failed) {
    return vm.created()
        ? Notices.warning(
            NoticeCode.RESTORE_TARGET_KEPT, "target", vm.name(), "cause", Reason.of(failed))
        : Notices.warning(
            NoticeCode.RESTORE_NOT_UNDONE, "vm", vm.name(), "cause", Reason.of(failed));
  }
}
