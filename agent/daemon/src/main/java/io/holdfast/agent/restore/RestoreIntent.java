package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.RestoreDisk;
import io.holdfast.agent.protocol.RestoreMode;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.VmDescription;
import java.util.List;
import java.util.Optional;

/**
 * A restore that was checked against restore point and platform.
 *
 * @param request as asked
 * @param source the VM as it was backed up
 * @param disks the chosen ones, in the order of the VM's disks
 * @param existing the VM that will be overwritten, written into, or replaced
 */
record RestoreIntent(
    RestoreRequest request,
    VmDescription source,
    List<Chosen> disks,
    Optional<VmDescription> existing) {

  /**
   * A disk to restore.
   *
   * @param wish what was asked for it
   * @param disk as it was backed up
   * @param dataBytes to write
   */
  record Chosen(RestoreDisk wish, DiskDescription disk, long dataBytes) {
    String storagePool() {
      return wish.getStoragePool().isEmpty() ? disk.getStoragePool() : wish.getStoragePool();
    }

    String format() {
      return wish.getFormat().isEmpty() ? disk.getFormat() : wish.getFormat();
    }

    String preallocation() {
      if (!wish.getPreallocation().isEmpty()) {
        return wish.getPreallocation();
      }
      return disk.getPreallocation().isEmpty() ? "thin" : disk.getPreallocation();
    }

    /** What it takes of its storage pool at once. */
    long neededBytes() {
      return preallocation().equals("thin") ? dataBytes : disk.getSizeBytes();
    }
  }

  /** The VM as it is to be: as it was, but for what was asked for. */
  static VmDescription like(RestoreRequest request, VmDescription source) {
    VmDescription.Builder like = source.toBuilder();
    if (request.getCpuSockets() > 0) {
      like.setCpuSockets(request.getCpuSockets());
    }
    if (request.getCpuCores() > 0) {
      like.setCpuCores(request.getCpuCores());
    }
    if (request.getMemoryMib() > 0) {
      like.setMemoryMib(request.getMemoryMib());
    }
    if (!request.getCpuMode().isEmpty()) {
      like.setCpuMode(request.getCpuMode());
    }
    if (request.getMode() == RestoreMode.NEW_VM && !request.getNewVmTitle().isEmpty()) {
      // A VM keeps its title where it keeps its name.
      like.setName(request.getNewVmName()).setTitle(request.getNewVmTitle());
    }
    return like.build();
  }

  /** The existing VM's disk that this one is restored into. */
  Optional<DiskDescription> inPlace(Chosen chosen) {
    return existing.stream()
        .flatMap(vm -> vm.getDisksList().stream())
        .filter(disk -> disk.getDiskKey().equals(targetKey(chosen)))
        .findFirst();
  }

  private String targetKey(Chosen chosen) {
    return request.getMode() == RestoreMode.EXISTING_DISK
        ? chosen.wish().getTargetDiskKey()
        : chosen.disk().getDiskKey();
  }

  /** Writes over disks that a VM has; nothing but these changes. */
  static boolean overwrites(RestoreMode mode) {
    return mode == RestoreMode.ORIGINAL_DISK || mode == RestoreMode.EXISTING_DISK;
  }
}
