package io.holdfast.agent.restore;

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
      case ORIGINAL_VM -> requireOriginalVm(intent, point, own);
      case ORIGINAL_DISK -> requireOriginalDisk(intent, point, own);
      case NEW_VM -> requireNewVm(intent, own);
      case NEW_DISK -> {
        String host = intent.existing().orElseThrow().getHostId();
        requireStorage(intent, host);
        requireCreatable(intent, intent.disks(), host, own);
      }
      case EXISTING_DISK -> ExistingDisks.require(intent);
      case RESTORE_MODE_UNSPECIFIED, UNRECOGNIZED ->
          throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "mode");
    }
    requireOverwritable(intent, own);
    return intent;
  }

  /** HIK-04, HIK-05: asked while nothing has been changed; later the session file knows. */
  private void requireOverwritable(RestoreIntent intent, Optional<RestoreRecord> own) {
    if (request.getSnapshotBefore() && !RestoreIntent.overwrites(request.getMode())) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "snapshot_before",
          "value",
          "true",
          "expected",
          "a restore over disks of a VM that is there");
    }
    if (own.isPresent() || intent.existing().isEmpty()) {
      return;
    }
    VmDescription vm = intent.existing().get();
    boolean overwrites =
        RestoreIntent.overwrites(request.getMode()) || request.getMode() == RestoreMode.ORIGINAL_VM;
    if (overwrites) {
      if (request.getRefuseRunning() && !vm.getState().equals("shutOff")) {
        throw BackupException.of(
            ErrorCode.VM_STATE_REFUSED,
            "vm",
            vm.getName(),
            "state",
            vm.getState(),
            "advice",
            "Shut it down first.");
      }
      if (request.getSnapshotBefore()) {
        platform.requireSafetySnapshot(vm);
      }
    }
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
    if (mode == RestoreMode.EXISTING_DISK) {
      return Optional.of(
          platform.requireOverwritable(platform.describeVm(request.getTargetVmId())));
    }
    if (mode == RestoreMode.NEW_VM) {
      return platform.findVmByName(request.getNewVmName()).filter(vm -> !isOwn(vm, own));
    }
    // CAS-24: a VM whose id is gone is the same one where it has the same UUID.
    return VmShutdowns.described(point.getVm().getVmId(), platform)
        .filter(now -> now.getUuid().equals(point.getVm().getUuid()))
        .or(() -> platform.findVmByUuid(point.getVm().getUuid()))
        .map(platform::requireOverwritable);
  }

  /** CAS-12: sets of before a host was deleted and added again go to a new path only. */
  private void requireSameHost(VmDescription then) {
    Optional<String> now =
        platform.newIdOfHost(then.getHostId(), then.getHostName(), then.getHostAddress());
    if (now.isPresent()) {
      throw BackupException.of(
          ErrorCode.HOST_ID_CHANGED,
          "host",
          then.getHostName(),
          "expected",
          then.getHostId(),
          "actual",
          now.get());
    }
  }

  /** CAS-16: what the platform protects is not replaced. */
  private void requireUnprotected(RestoreIntent intent) {
    intent
        .existing()
        .filter(VmDescription::getProtected)
        .ifPresent(
            vm -> {
              throw BackupException.of(
                  ErrorCode.VM_PROTECTED,
                  "vm",
                  vm.getName(),
                  "address",
                  request.getPlatform().getAddress());
            });
  }

  /** CAS-15, CAS-22: before anything is deleted or made; what this session made is not asked. */
  private void requireCreatable(
      RestoreIntent intent, List<Chosen> made, String hostId, Optional<RestoreRecord> own) {
    if (own.isEmpty() && !made.isEmpty()) {
      String vm =
          request.getMode() == RestoreMode.NEW_VM
              ? request.getNewVmName()
              : intent.existing().orElse(intent.source()).getName();
      platform.requireCreatable(
          hostId,
          vm,
          made.stream()
              .map(disk -> TargetMaker.newDisk(intent, disk, disk.disk().getDevice(), vm))
              .toList());
    }
  }

  /** Disks that the existing VM does not have any more: they will be made. */
  private static List<Chosen> missing(RestoreIntent intent) {
    return intent.disks().stream().filter(disk -> intent.inPlace(disk).isEmpty()).toList();
  }

  private static boolean isOwn(VmDescription vm, Optional<RestoreRecord> own) {
    return own.isPresent()
        && own.get().vm().created()
        && (own.get().vm().id().equals(vm.getVmId())
            || vm.getPlatformDocument().contains(own.get().request().getSessionId()));
  }

  private void requireOriginalVm(
      RestoreIntent intent, RestorePointSummary point, Optional<RestoreRecord> own) {
    requireSamePlatform(point);
    requireSameHost(point.getVm());
    requireUnprotected(intent);
    for (NetworkCard card : point.getVm().getNetworksList()) {
      if (card.getProfileId().isEmpty()) {
        throw BackupException.of(
            ErrorCode.NETWORK_PROFILE_MISSING, "mac", card.getMac(), "vm", point.getVm().getName());
      }
    }
    ExistingDisks.requireSameSizes(intent);
    if (intent.existing().isEmpty()) {
      requireFreeName(intent, point.getVm().getName());
      requireStorage(intent, point.getVm().getHostId());
      requireCreatable(intent, intent.disks(), point.getVm().getHostId(), own);
    } else {
      String host = intent.existing().get().getHostId();
      requireCreatable(intent, missing(intent), host, own);
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

  private void requireOriginalDisk(
      RestoreIntent intent, RestorePointSummary point, Optional<RestoreRecord> own) {
    requireSamePlatform(point);
    requireSameHost(point.getVm());
    if (intent.existing().isEmpty()) {
      throw BackupException.of(
          ErrorCode.VM_NOT_FOUND,
          "vm",
          point.getVm().getName(),
          "address",
          request.getPlatform().getAddress());
    }
    if (platform.overwritesLarger()) {
      ExistingDisks.requireLargeEnough(intent);
    } else {
      ExistingDisks.requireSameSizes(intent);
    }
    requireCreatable(intent, missing(intent), intent.existing().get().getHostId(), own);
  }

  private void requireNewVm(RestoreIntent intent, Optional<RestoreRecord> own) {
    if (request.getNewVmName().isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "new_vm_name");
    }
    if (intent.existing().isPresent() && !request.getOverwrite()) {
      throw nameTaken(request.getNewVmName());
    }
    requireUnprotected(intent);
    if (own.isEmpty()) {
      requireStorage(intent, request.getTargetHostId());
      requireCreatable(intent, intent.disks(), request.getTargetHostId(), own);
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
