package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.platform.spi.PlatformConnection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * VMs that the platform paused for an internal snapshot and left so (S1 table 7, environment 10):
 * one that ran right before it and is paused right after it is resumed, and it is said.
 */
final class PausedVms {
  private static final Logger LOG = LoggerFactory.getLogger(PausedVms.class);

  private PausedVms() {}

  /**
   * Looks after a snapshot; empty when nothing is to be told. Never fails the backup.
   *
   * @param before the VM as it was judged
   */
  static Optional<Notice> look(
      VmDescription before, SnapshotType taken, PlatformConnection platform) {
    if (taken != SnapshotType.SNAPSHOT_INTERNAL || !before.getState().equals("running")) {
      return Optional.empty();
    }
    try {
      boolean paused =
          VmEligibility.described(platform, before.getVmId())
              .filter(now -> now.getState().equals("paused"))
              .isPresent();
      if (!paused) {
        return Optional.empty();
      }
      platform.resume(before.getVmId());
      return Optional.of(Notices.warning(NoticeCode.BACKUP_VM_RESUMED, "vm", before.getName()));
    } catch (BackupException failed) {
      LOG.warn("VM {} may be left paused: {}", before.getName(), failed.getMessage());
      return Optional.of(
          Notices.warning(
              NoticeCode.BACKUP_VM_LEFT_PAUSED,
              "vm",
              before.getName(),
              "cause",
              Reason.of(failed)));
    }
  }
}
