package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.ReleaseRestoreResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.restore.RestoreRecord.Shutdown;
import io.holdfast.agent.transfer.Notices;
import io.holdfast.agent.transfer.SessionLocks;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.platform.spi.PlatformConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shuts VMs down for restores and lets them run again when a restore is given up (CAS-17). A guest
 * that was asked cannot be asked to forget it: it may go off when the platform has long called it
 * refused. So the session file says that it was asked before it is, and a restore that is given up
 * keeps its file and looks again for {@link #WATCH}. Thread-safe; one session at a time answers for
 * a VM, the one that asked last.
 */
final class VmShutdowns {
  /** How long after it was asked a guest may still go off by it. */
  static final Duration WATCH = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(VmShutdowns.class);
  private static final int DEFAULT_SECONDS = 10;
  private static final int MOST_SECONDS = 600;

  private final RestoreRecords records;
  private final Clock clock;

  VmShutdowns(RestoreRecords records, Clock clock) {
    this.records = records;
    this.clock = clock;
  }

  /**
   * Shuts a VM down; one that is off already is success. The record that it returns is stored.
   *
   * @throws BackupException SHUTDOWN_REFUSED; the VM may go off later all the same
   */
  RestoreRecord shutDown(RestoreRecord record, VmDescription vm, PlatformConnection platform) {
    try (SessionLocks.Held held = records.holdVm(vm.getVmId())) {
      LOG.debug("Shutting VM {} down", held.id());
      RestoreRecord asked = answerFor(record, vm);
      int seconds = record.request().getShutdownSeconds();
      platform.shutDown(
          vm.getVmId(), seconds <= 0 ? DEFAULT_SECONDS : Math.min(seconds, MOST_SECONDS));
      return asked;
    }
  }

  private RestoreRecord answerFor(RestoreRecord record, VmDescription vm) {
    String session = record.request().getSessionId();
    List<RestoreRecord> earlier =
        records.all().stream()
            .filter(other -> !other.request().getSessionId().equals(session))
            .filter(RestoreRecord::untouched)
            .filter(other -> other.phase() != RestoreRecord.Phase.FINISHED)
            .filter(other -> asksFor(other, vm.getVmId()))
            .toList();
    if (!vm.getState().equals("running") && earlier.isEmpty()) {
      return record;
    }
    Shutdown asking = new Shutdown(vm.getVmId(), vm.getName(), clock.instant());
    RestoreRecord stored = records.store(record.with(Optional.of(asking)));
    // Else an earlier one, given up but still watching, would start the VM under this one's writes.
    earlier.forEach(other -> records.store(other.with(Optional.empty())));
    return stored;
  }

  private static boolean asksFor(RestoreRecord record, String vmId) {
    return record.shutdown().filter(asked -> asked.vmId().equals(vmId)).isPresent();
  }

  /**
   * Starts the VM that a restore given up had asked to shut down, if it is off. One that runs is
   * looked at again until it cannot be expected to go off any more: the answer is pending then.
   */
  void startAgain(
      RestoreRecord record, PlatformConnection platform, ReleaseRestoreResponse.Builder response) {
    Optional<Shutdown> asked = record.shutdown();
    if (asked.isEmpty()) {
      return;
    }
    try (SessionLocks.Held held = records.holdVm(asked.get().vmId())) {
      LOG.debug("Looking at VM {}", held.id());
      // Read again: a later session may have taken over while this one waited.
      records
          .load(record.request().getSessionId())
          .flatMap(RestoreRecord::shutdown)
          .ifPresent(still -> look(still, platform, response));
    }
  }

  private void look(
      Shutdown asked, PlatformConnection platform, ReleaseRestoreResponse.Builder response) {
    Optional<VmDescription> vm = described(asked.vmId(), platform);
    if (vm.isEmpty()) {
      return;
    }
    if (vm.get().getState().equals("shutOff")) {
      start(asked, platform, response);
    } else if (clock.instant().isBefore(asked.askedAt().plus(WATCH))) {
      LOG.info("VM {} was asked to shut down and runs; it is looked at again", asked.vmName());
      response
          .setPending(true)
          .addNotices(
              Notices.warning(
                  NoticeCode.RESTORE_SHUTDOWN_WATCHED,
                  "vm",
                  asked.vmName(),
                  "minutes",
                  WATCH.toMinutes()));
    }
  }

  private static void start(
      Shutdown asked, PlatformConnection platform, ReleaseRestoreResponse.Builder response) {
    try {
      platform.start(asked.vmId());
      LOG.info("VM {} was shut down for a restore and is started again", asked.vmName());
      response.addNotices(Notices.note(NoticeCode.RESTORE_VM_STARTED_AGAIN, "vm", asked.vmName()));
    } catch (BackupException failed) {
      LOG.warn("VM {} could not be started again: {}", asked.vmName(), failed.getMessage());
      response
          .setPending(true)
          .addNotices(
              Notices.warning(
                  NoticeCode.RESTORE_VM_NOT_STARTED,
                  "vm",
                  asked.vmName(),
                  "cause",
                  Reason.of(failed)));
    }
  }

  /** A VM as it is now, if it is there. */
  static Optional<VmDescription> described(String vmId, PlatformConnection platform) {
    try {
      return Optional.of(platform.describeVm(vmId));
    } catch (BackupException gone) {
      if (gone.code() == ErrorCode.VM_NOT_FOUND) {
        return Optional.empty();
      }
      throw gone;
    }
  }
}
