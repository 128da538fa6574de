package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.FreeSpaceRule;
import io.holdfast.agent.protocol.StoragePoolDescription;
import io.holdfast.agent.protocol.StorageSpace;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.PlatformConnection;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether the platform's storage has room left for the snapshot of a backup (OPT-07). With CAS each
 * condition that is asked for must hold for every storage pool of the backup's disks.
 */
record FreeSpace(FreeSpaceRule rule, PlatformConnection platform) {

  /**
   * The storage pools of a VM's included disks; one that the platform does not tell is left out.
   */
  List<StorageSpace> of(BackupEligibility vm) {
    Set<String> wanted =
        vm.disks().stream()
            .filter(BackupEligibility.Disk::included)
            .map(disk -> disk.disk().getStoragePool())
            .collect(Collectors.toSet());
    List<StorageSpace> result = new ArrayList<>();
    for (StoragePoolDescription pool :
        platform.hostResources(vm.vm().getHostId()).getStoragePoolsList()) {
      if (wanted.contains(pool.getName())) {
        result.add(
            StorageSpace.newBuilder()
                .setName(pool.getName())
                .setType(pool.getType())
                .setTotalBytes(pool.getTotalBytes())
                .setFreeBytes(pool.getFreeBytes())
                .setTooFull(isTooFull(pool.getTotalBytes(), pool.getFreeBytes()))
                .build());
      }
    }
    return result;
  }

  /** "At most" fails: so much, and not more, is too little. */
  private boolean isTooFull(long total, long free) {
    boolean byShare =
        rule.getPercent() > 0
            && total > 0
            && BigInteger.valueOf(free)
                    .multiply(BigInteger.valueOf(100))
                    .compareTo(
                        BigInteger.valueOf(total).multiply(BigInteger.valueOf(rule.getPercent())))
                <= 0;
    return byShare || (rule.getBytes() > 0 && free <= rule.getBytes());
  }

  /**
   * Does nothing when all have room.
   *
   * @throws BackupException STORAGE_RESERVE_REACHED naming the first that has not
   */
  void require(VmDescription vm, List<StorageSpace> storage) {
    for (StorageSpace pool : storage) {
      if (pool.getTooFull()) {
        long total = Math.max(1, pool.getTotalBytes());
        throw BackupException.of(
            ErrorCode.STORAGE_RESERVE_REACHED,
            "storage",
            pool.getName(),
            "vm",
            vm.getName(),
            "free",
            pool.getFreeBytes(),
            "percent",
            Math.round(100.0 * pool.getFreeBytes() / total),
            "reserve",
            reserve());
      }
    }
  }

  private String reserve() {
    List<String> parts = new ArrayList<>();
    if (rule.getPercent() > 0) {
      parts.add(rule.getPercent() + " %");
    }
    if (rule.getBytes() > 0) {
      parts.add((rule.getBytes() >> 20) + " MiB");
    }
    return String.join(", ", parts);
  }
}
