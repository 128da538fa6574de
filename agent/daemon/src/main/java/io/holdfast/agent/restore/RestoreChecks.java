package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.NetworkCard;
import io.holdfast.agent.protocol.RestoreDisk;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.StoragePoolDescription;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.restore.RestoreIntent.Chosen;
import io.holdfast.agent.transfer.RestorePoints;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.pool.store.RestorePointReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What must hold before a restore touches anything. Reads only. */
final class RestoreChecks {
  private final RestoreRequest request;
  private final PlatformConnection platform;

  RestoreChecks(RestoreRequest request, PlatformConnection platform) {
    this.request = request;
    this.platform = platform;
  }

  /**
   * Checks the restore point and the target.
   *
   * @param own the VM this session made already counts as its own
   */
  RestoreIntent check(RestorePointReader reader, Optional<RestoreRecord> own) {
    RestorePointSummary point = RestorePoints.summary(reader.manifest());
    List<Chosen> disks = chosen(point, reader);
    RestoreIntent intent = new RestoreIntent(request, point.getVm(), disks, existing(point, own));
    switch (request.getMode()) {
      case ORIGINAL_VM -> requireOriginalVm(intent, point);
      case ORIGINAL_DISK -> requireOriginalDisk(intent, point);
      case NEW_VM -> requireNewVm(intent, own);
      case NEW_DISK -> requireStorage(intent, intent.existing().orElseThrow().getHostId());
      case RESTORE_MODE_UNSPECIFIED, UNRECOGNIZED ->
          throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "mode");
    }
    return intent;
  }

  private List<Chosen> chosen(RestorePointSummary point, RestorePointReader reader) {
    Map<String, RestoreDisk> wishes = new HashMap<>();
    request.getDisksList().forEach(wish -> wishes.put(wish.getDiskKey(), wish));
    List<Chosen> result = new ArrayList<>();
    for (RestorePointDisk disk : point.getDisksList()) {
      RestoreDisk wish = wishes.remove(disk.getDisk().getDiskKey());
      if (wish != null) {
        long dataBytes = reader.disk(wish.getDiskKey()).dataBytes();
        result.add(new Chosen(wish, disk.getDisk(), dataBytes));
      }
    }
    for (String unknown : wishes.keySet()) {
      throw BackupException.of(ErrorCode.NOT_FOUND, "what", "disk", "id", unknown);
    }
    if (result.isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "disks");
    }
    return result;
  }

  private Optional<VmDescription> existing(RestorePointSummary point, Optional<RestoreRecord> own) {
    RestoreMode mode = request.getMode();
    if (mode == RestoreMode.NEW_DISK) {
      return Optional.of(platform.describeVm(request.getTargetVmId()));
    }
    if (mode == RestoreMode.NEW_VM) {
      return platform.findVmByName(request.getNewVmName()).filter(vm -> !isOwn(vm, own));
    }
    try {
      VmDescription vm = platform.describeVm(point.getVm().getVmId());
      return Optional.of(vm).filter(now -> now.getUuid().equals(point.getVm().getUuid()));
    } catch (BackupException gone) {
      if (gone.code() != ErrorCode.VM_NOT_FOUND) {
        throw gone;
      }
      return Optional.empty();
    }
  }

  private static boolean isOwn(VmDescription vm, Optional<RestoreRecord> own) {
    return own.isPresent()
        && own.get().vm().created()
        && (own.get().vm().id().equals(vm.getVmId())
            || vm.getPlatformDocument().contains(own.get().request().getSessionId()));
  }

  private void requireOriginalVm(RestoreIntent intent, RestorePointSummary point) {
    requireSamePlatform(point);
    for (NetworkCard card : point.getVm().getNetworksList()) {
      if (card.getProfileId().isEmpty()) {
        throw BackupException.of(
            ErrorCode.NETWORK_PROFILE_MISSING, "mac", card.getMac(), "vm", point.getVm().getName());
      }
    }
    requireSameSizes(intent);
    if (intent.existing().isEmpty()) {
      requireFreeName(intent, point.getVm().getName());
      requireStorage(intent, point.getVm().getHostId());
    }
  }

  private void requireFreeName(RestoreIntent intent, String name) {
    Optional<VmDescription> other = platform.findVmByName(name);
    boolean ours =
        other.isPresent()
            && other.get().getPlatformDocument().contains(intent.request().getSessionId());
    if (other.isPresent() && !ours) {
      throw nameTaken(name);
    }
  }

  private void requireOriginalDisk(RestoreIntent intent, RestorePointSummary point) {
    requireSamePlatform(point);
    if (intent.existing().isEmpty()) {
      throw BackupException.of(
          ErrorCode.VM_NOT_FOUND,
          "vm",
          point.getVm().getName(),
          "address",
          request.getPlatform().getAddress());
    }
    requireSameSizes(intent);
  }

  private void requireNewVm(RestoreIntent intent, Optional<RestoreRecord> own) {
    if (request.getNewVmName().isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "new_vm_name");
    }
    if (intent.existing().isPresent() && !request.getOverwrite()) {
      throw nameTaken(request.getNewVmName());
    }
    if (own.isEmpty()) {
      requireStorage(intent, request.getTargetHostId());
    }
  }

  private BackupException nameTaken(String name) {
    return BackupException.of(
        ErrorCode.VM_NAME_TAKEN, "vm", name, "address", request.getPlatform().getAddress());
  }

  private void requireSamePlatform(RestorePointSummary point) {
    if (!point.getPlatformId().equals(request.getPlatform().getPlatformId())) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "mode",
          "value",
          request.getMode(),
          "expected",
          "The backup is of another platform; restore to a new VM or disk.");
    }
  }

  private static void requireSameSizes(RestoreIntent intent) {
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

  /** Pools exist, are active and have room for all disks that go there. */
  private void requireStorage(RestoreIntent intent, String hostId) {
    Map<String, Long> needed = new HashMap<>();
    for (Chosen chosen : intent.disks()) {
      needed.merge(chosen.storagePool(), chosen.neededBytes(), Long::sum);
    }
    List<StoragePoolDescription> pools = platform.hostResources(hostId).getStoragePoolsList();
    needed.forEach(
        (name, bytes) -> {
          StoragePoolDescription pool =
              pools.stream()
                  .filter(each -> each.getName().equals(name) && each.getActive())
                  .findFirst()
                  .orElseThrow(
                      () ->
                          BackupException.of(
                              ErrorCode.TARGET_STORAGE_UNKNOWN, "host", hostId, "storage", name));
          if (pool.getTotalBytes() > 0 && pool.getFreeBytes() < bytes) {
            throw BackupException.of(
                ErrorCode.TARGET_STORAGE_FULL,
                "storage",
                name,
                "free",
                pool.getFreeBytes(),
                "needed",
                bytes);
          }
        });
  }
}
