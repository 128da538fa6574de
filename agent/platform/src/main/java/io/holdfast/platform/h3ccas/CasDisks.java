package io.holdfast.platform.h3ccas;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.platform.h3ccas.rest.CasNode;
import io.holdfast.platform.h3ccas.rest.CasPath;
import io.holdfast.platform.h3ccas.rest.CasTasks;
import io.holdfast.platform.h3ccas.rest.PlatformCode;
import io.holdfast.platform.spi.NewDisk;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Attaches and detaches disks [P] (CAS-17). Thread-safe. */
final class CasDisks {
  private final CasTasks tasks;
  private final CasErrors errors;
  private final CasVms vms;
  private final CasVolumes volumes;

  CasDisks(CasTasks tasks, CasErrors errors, CasVms vms, CasVolumes volumes) {
    this.tasks = tasks;
    this.errors = errors;
    this.vms = vms;
    this.volumes = volumes;
  }

  /**
   * Creates and attaches in one call of the platform, so a volume of this name that hangs on this
   * VM is the one an earlier call made. A volume of this name that does not is somebody else's:
   * ALREADY_EXISTS (on block pools, where volumes must exist, it is the one to use).
   */
  DiskDescription create(String vmId, NewDisk disk) {
    CasVm vm = vms.vm(vmId);
    Optional<CasVm.Disk> present = attached(vm, disk);
    if (present.isPresent()) {
      return present.get().description();
    }
    String hostId = vm.description().getHostId();
    Map<String, Object> storage = volumes.entry(hostId, disk, vm.label());
    boolean isNew = !storage.containsKey("path");
    if (isNew && volumes.volume(hostId, disk.storagePool(), disk.volumeName()).isPresent()) {
      throw errors.of(
          ErrorCode.ALREADY_EXISTS, "taken", "what", "volume", "name", disk.volumeName());
    }
    if (!disk.device().isEmpty() && vm.disks().stream().noneMatch(each -> has(each, disk))) {
      storage.put("deviceName", disk.device());
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", vmId);
    body.put("name", vm.description().getName());
    body.put("storage", storage);
    CasTasks.Outcome outcome =
        tasks.perform(
            "PUT",
            CasPath.of("vm", "addDevice"),
            CasNode.bytes(body),
            () -> attached(vms.vm(vmId), disk).isPresent());
    if (outcome.code() != PlatformCode.VOLUME_EXISTS && outcome.code() != PlatformCode.DEVICE) {
      errors.required(outcome, subject(vm, disk));
    }
    return attached(vms.vm(vmId), disk)
        .map(CasVm.Disk::description)
        .orElseThrow(
            () ->
                outcome.succeeded()
                    ? errors.of(
                        ErrorCode.PLATFORM_TASK_FAILED,
                        Reason.of(ReasonCode.DISK_NOT_LISTED),
                        subject(vm, disk))
                    : errors.refused(outcome.code(), outcome.message(), subject(vm, disk)));
  }

  private static boolean has(CasVm.Disk each, NewDisk disk) {
    return each.description().getDevice().equals(disk.device());
  }

  private static Object[] subject(CasVm vm, NewDisk disk) {
    return new Object[] {
      "vm",
      vm.label(),
      "disk",
      disk.volumeName(),
      "operation",
      "add disk " + disk.volumeName(),
      "storage",
      disk.storagePool(),
      "needed",
      disk.sizeBytes(),
      "free",
      "too few",
      "format",
      disk.format(),
      "what",
      "volume",
      "name",
      disk.volumeName(),
      "state",
      vm.description().getState(),
      "advice",
      "Shut it down first.",
      "field",
      "volume name",
      "value",
      disk.volumeName(),
      "expected",
      CasVolumes.NAME_RULE
    };
  }

  private static Optional<CasVm.Disk> attached(CasVm vm, NewDisk disk) {
    return vm.disks().stream()
        .filter(each -> each.description().getStoragePool().equals(disk.storagePool()))
        .filter(each -> isNamed(each.description().getPath(), disk.volumeName()))
        .findFirst();
  }

  private static boolean isNamed(String path, String volumeName) {
    return !volumeName.isEmpty() && (path.equals(volumeName) || path.endsWith("/" + volumeName));
  }

  /** One that is gone is success. */
  void remove(String vmId, String diskKey, boolean deleteVolume) {
    Optional<CasVm> found = vms.find(vmId);
    Optional<CasVm.Disk> disk = found.flatMap(each -> each.disk(diskKey));
    if (disk.isEmpty()) {
      return;
    }
    CasVm vm = found.get();
    DiskDescription description = disk.get().description();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("id", vmId);
    body.put("name", vm.description().getName());
    body.put(
        "storage", Map.of("deviceName", description.getDevice(), "path", description.getPath()));
    CasTasks.Outcome outcome =
        tasks.perform(
            "PUT",
            CasPath.of("vm", "delDevice"),
            CasNode.bytes(body),
            () -> vms.find(vmId).flatMap(each -> each.disk(diskKey)).isEmpty());
    if (outcome.code() != PlatformCode.DEVICE && outcome.code() != PlatformCode.VM_MISSING) {
      errors.required(
          outcome,
          "vm",
          vm.label(),
          "disk",
          description.getDevice(),
          "operation",
          "detach disk " + description.getDevice(),
          "state",
          vm.description().getState(),
          "advice",
          "Shut it down first.");
    }
    if (deleteVolume) {
      volumes.delete(
          vm.description().getHostId(), description.getStoragePool(), description.getPath());
    }
  }
}
