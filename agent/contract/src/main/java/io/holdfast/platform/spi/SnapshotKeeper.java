package io.holdfast.platform.spi;

import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotType;
import java.util.List;

/**
 * VM snapshots as an operator manages them (CAS-21), beside those that backups take for themselves.
 * Thread-safe; errors as {@link PlatformConnection}. Every change waits for the platform's task to
 * have succeeded. Who calls sees to it that no backup or restore of the VM is at work.
 */
public interface SnapshotKeeper extends AutoCloseable {
  /** Names of snapshots of backups begin so; nothing here changes one of them. */
  String OF_BACKUPS = "holdfast-";

  /**
   * A snapshot to take.
   *
   * @param name on the platform, not beginning with {@link #OF_BACKUPS}
   * @param title what people read
   * @param description what people wrote; may be empty
   * @param ownerTag whose it is; empty: nobody's
   * @param memorySeconds how long writing the memory may take before the platform pauses the VM; 0:
   *     without memory
   * @param type which kind; adaptive takes what the disks have in common
   */
  record Wanted(
      String name,
      String title,
      String description,
      String ownerTag,
      int memorySeconds,
      SnapshotType type) {}

  /** All snapshots of a VM, parents before children; VM_NOT_FOUND. Reads only. */
  List<SnapshotDescription> list(String vmId);

  /**
   * Takes one. Idempotent by name and tag. Tracking marks that came with it are dropped: no backup
   * counts from them.
   *
   * @throws io.holdfast.error.BackupException ALREADY_EXISTS; SNAPSHOT_UNSUPPORTED,
   *     VM_STATE_REFUSED, TARGET_STORAGE_FULL
   */
  SnapshotDescription create(String vmId, Wanted wanted);

  /**
   * Takes a VM that is off back to a snapshot; all that was written since is lost. Not idempotent:
   * what the VM wrote after a first revert would be lost to the second. Change tracking is switched
   * off before, so that no backup counts changes across the revert, whatever the platform thinks of
   * its bitmaps, and whatever becomes of the revert.
   *
   * @throws io.holdfast.error.BackupException NOT_FOUND; REVERT_NEEDS_VM_OFF; SNAPSHOT_OF_BACKUP;
   *     VM_IN_BACKUP when the VM carries a snapshot of a backup
   */
  void revert(String vmId, String name);

  /**
   * Deletes one and waits until the platform has merged it; one that is gone is success.
   *
   * @param ownerTag only one with this tag; empty: any
   * @throws io.holdfast.error.BackupException SNAPSHOT_OF_BACKUP; SNAPSHOT_NOT_OURS
   */
  void delete(String vmId, String name, String ownerTag);

  /** Ends the session; idempotent, throws nothing. */
  @Override
  void close();
}
