package io.holdfast.agent.transfer;

import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.platform.spi.PlatformConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * VMs that were shut down for their backup and have to run again (OPT-18). That a guest is asked is
 * in a file of the state folder before it is: whatever becomes of the request and of this process,
 * the release of the session starts the VM again. A guest that was not off in time may go off
 * later, so a release within {@link #WATCH} is pending. Its power is never cut. Thread-safe.
 */
public final class BackupShutdowns {
  /** How long after it was asked a guest may still go off by it. */
  static final Duration WATCH = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(BackupShutdowns.class);
  private static final String FOLDER = "backup-shutdowns";
  private static final int DEFAULT_SECONDS = 10;
  private static final int MOST_SECONDS = 600;

  private final StateFolder state;
  private final Clock clock;

  /**
   * @param state where the files are
   */
  public BackupShutdowns(StateFolder state, Clock clock) {
    this.state = state;
    this.clock = clock;
  }

  /**
   * Shuts a running VM down safely.
   *
   * @param seconds how long its guest may take; 0: 10
   * @throws BackupException SHUTDOWN_REFUSED: it was left running
   */
  Notice shutDown(String session, VmDescription vm, int seconds, PlatformConnection platform) {
    String text = clock.instant().toEpochMilli() + "\n" + vm.getVmId() + "\n" + vm.getName();
    state.write(file(session), text.getBytes(StandardCharsets.UTF_8));
    int limit = seconds <= 0 ? DEFAULT_SECONDS : Math.min(seconds, MOST_SECONDS);
    platform.shutDown(vm.getVmId(), limit);
    LOG.info("Session {}: VM {} was shut down for its backup", session, vm.getName());
    return Notices.note(NoticeCode.VM_SHUT_DOWN_FOR_BACKUP, "vm", vm.getName());
  }

  /**
   * Starts the VM of a session again as soon as its backup does not need it off any more. A failure
   * is left to the release.
   */
  Optional<Notice> startEarly(String session, PlatformConnection platform) {
    Optional<Asked> asked = asked(session);
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(start(session, asked.get(), platform));
    } catch (BackupException failed) {
      LOG.warn("VM {} is started at the release: {}", asked.get().name(), failed.getMessage());
      return Optional.empty();
    }
  }

  /** At the end of a session: starts its VM if it is off, watches it if it may still go off. */
  void settle(String session, PlatformConnection platform, ReleaseBackupResponse.Builder response) {
    Optional<Asked> found = asked(session);
    if (found.isEmpty()) {
      return;
    }
    Asked asked = found.get();
    try {
      Optional<VmDescription> vm = VmEligibility.described(platform, asked.vmId());
      boolean off = vm.isPresent() && vm.get().getState().equals("shutOff");
      if (off) {
        response.addNotices(start(session, asked, platform));
      } else if (vm.isPresent() && clock.instant().isBefore(asked.at().plus(WATCH))) {
        response
            .setPending(true)
            .addNotices(
                Notices.warning(
                    NoticeCode.BACKUP_SHUTDOWN_WATCHED,
                    "vm",
                    asked.name(),
                    "minutes",
                    WATCH.toMinutes()));
      } else {
        state.delete(file(session));
      }
    } catch (BackupException failed) {
      LOG.warn("VM {} could not be started again: {}", asked.name(), failed.getMessage());
      response
          .setPending(true)
          .addNotices(
              Notices.warning(
                  NoticeCode.BACKUP_VM_NOT_STARTED,
                  "vm",
                  asked.name(),
                  "cause",
                  Reason.of(failed)));
    }
  }

  private Notice start(String session, Asked asked, PlatformConnection platform) {
    platform.start(asked.vmId());
    state.delete(file(session));
    LOG.info("Session {}: VM {} was started again", session, asked.name());
    return Notices.note(NoticeCode.BACKUP_VM_STARTED_AGAIN, "vm", asked.name());
  }

  private record Asked(Instant at, String vmId, String name) {}

  private Optional<Asked> asked(String session) {
    return state
        .read(file(session))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).split("\n", 3))
        .filter(lines -> lines.length == 3)
        .map(
            lines -> new Asked(Instant.ofEpochMilli(Long.parseLong(lines[0])), lines[1], lines[2]));
  }

  private static String file(String session) {
    return FOLDER + "/" + session;
  }
}
