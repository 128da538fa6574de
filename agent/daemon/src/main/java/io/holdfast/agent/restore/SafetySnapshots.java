package io.holdfast.agent.restore;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.restore.RestoreRecord.SafetySnapshot;
import io.holdfast.agent.restore.RestoreRecord.SafetySnapshot.State;
import io.holdfast.agent.transfer.Notices;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.platform.spi.SnapshotKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot of a VM from before its disks are overwritten (HIK-05). It is taken of a VM that is
 * off already, so that a rollback takes nothing back but what the restore wrote. Each step is in
 * the session file before it is done: an undo after a crash goes on where it was. Thread-safe, as
 * the session is held.
 */
final class SafetySnapshots {
  /** Not the beginning of a backup's snapshots: those are nobody's to roll back to. */
  static final String PREFIX = "before-restore-";

  private static final Logger LOG = LoggerFactory.getLogger(SafetySnapshots.class);

  private final Connectors connectors;
  private final RestoreRecords records;

  SafetySnapshots(Connectors connectors, RestoreRecords records) {
    this.connectors = connectors;
    this.records = records;
  }

  /** Takes it where it was asked for; one that is there is success. The record is stored. */
  RestoreRecord take(RestoreRecord record, PlatformAccess access) {
    if (!record.request().getSnapshotBefore()) {
      return record;
    }
    String name = PREFIX + record.request().getSessionId();
    RestoreRecord wanted = records.store(record.with(new SafetySnapshot(name, State.WANTED)));
    try (SnapshotKeeper keeper = connectors.snapshots(access)) {
      keeper.create(
          record.vm().id(),
          new SnapshotKeeper.Wanted(name, "", "", "", 0, SnapshotType.SNAPSHOT_ADAPTIVE));
    }
    LOG.info("VM {}: snapshot {} is taken", record.vm().name(), name);
    return records.store(
        wanted
            .with(new SafetySnapshot(name, State.TAKEN))
            .with(
                Notices.note(
                    NoticeCode.RESTORE_SNAPSHOT_TAKEN,
                    "vm",
                    record.vm().name(),
                    "snapshot",
                    name)));
  }

  /** Removes it where nobody needs it any more. What fails is said and pending. */
  void drop(RestoreRecord record, PlatformAccess access, ReleaseRestoreResponse.Builder response) {
    if (record.safety().isEmpty()) {
      return;
    }
    String name = record.safety().get().name();
    try (SnapshotKeeper keeper = connectors.snapshots(access)) {
      keeper.delete(record.vm().id(), name, "");
      response.addNotices(told(NoticeCode.RESTORE_SNAPSHOT_REMOVED, record));
    } catch (BackupException failed) {
      LOG.warn("Snapshot {} stays: {}", name, failed.getMessage());
      response
          .setPending(mayPass(failed))
          .addNotices(
              Notices.warning(
                  NoticeCode.RESTORE_SNAPSHOT_LEFT,
                  "vm",
                  record.vm().name(),
                  "snapshot",
                  name,
                  "cause",
                  Reason.of(failed)));
    }
  }

  /**
   * After a restore came to nothing: rolls the VM back where that was asked for, else says how.
   *
   * @return the VM is as it was before the restore
   * @throws BackupException what may pass: the same call goes on
   */
  boolean rollBack(
      RestoreRecord record, PlatformAccess access, ReleaseRestoreResponse.Builder response) {
    if (record.safety().isEmpty()) {
      response.addNotices(
          Notices.warning(NoticeCode.RESTORE_TARGET_PARTIAL, "vm", record.vm().name()));
      return false;
    }
    if (!record.request().getRollBack()) {
      offer(record, response);
      return false;
    }
    String name = record.safety().get().name();
    // A second rollback of a VM that stayed off takes nothing back; one that runs is refused.
    records.store(record.with(new SafetySnapshot(name, State.REVERTING)));
    try (SnapshotKeeper keeper = connectors.snapshots(access)) {
      keeper.revert(record.vm().id(), name);
    } catch (BackupException failed) {
      if (mayPass(failed)) {
        throw failed;
      }
      LOG.warn("VM {} is not rolled back: {}", record.vm().name(), failed.getMessage());
      response.addNotices(
          Notices.warning(
              NoticeCode.RESTORE_ROLLBACK_FAILED,
              "vm",
              record.vm().name(),
              "snapshot",
              name,
              "cause",
              Reason.of(failed)));
      return false;
    }
    LOG.info("VM {} is rolled back to {}", record.vm().name(), name);
    response.addNotices(told(NoticeCode.RESTORE_ROLLED_BACK, record));
    return true;
  }

  /** Says how to roll back, where there is a snapshot: from now on it is the user's. */
  void offer(RestoreRecord record, ReleaseRestoreResponse.Builder response) {
    if (record.safety().isPresent()) {
      response.addNotices(told(NoticeCode.RESTORE_ROLLBACK_OFFERED, record));
    }
  }

  private static boolean mayPass(BackupException failed) {
    return failed.kind() == ErrorKind.TRANSIENT || failed.kind() == ErrorKind.AMBIGUOUS;
  }

  private static Notice told(NoticeCode code, RestoreRecord record) {
    String name = record.safety().orElseThrow().name();
    return code == NoticeCode.RESTORE_SNAPSHOT_REMOVED
        ? Notices.note(code, "vm", record.vm().name(), "snapshot", name)
        : Notices.warning(code, "vm", record.vm().name(), "snapshot", name);
  }
}
