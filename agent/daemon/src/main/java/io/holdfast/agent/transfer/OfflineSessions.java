package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.platform.spi.PlatformConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backups of VMs that are off and read without a snapshot (S1 table 7, backup 5 and 10). Such a
 * backup is of one instant only if the VM stays off from its first read to its seal, so it is
 * looked at every few seconds and before the seal. Nobody looked while the agent was away, so a
 * session does not outlive the process. Thread-safe.
 */
final class OfflineSessions {
  static final Duration LOOK = Duration.ofSeconds(5);

  /** A VM cannot have been started, used and shut down between two looks so near. */
  private static final Duration LONGEST_GAP = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(OfflineSessions.class);

  private final Clock clock;
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();

  OfflineSessions(Clock clock) {
    this.clock = clock;
  }

  private record Watched(String vmId, String vmName, Instant lastLook, boolean started) {
    Watched looked(Instant at, boolean running) {
      return new Watched(vmId, vmName, at, started || running);
    }
  }

  /** The VM is off and is to be read. */
  void begin(String session, String vmId, String vmName) {
    watched.put(session, new Watched(vmId, vmName, clock.instant(), false));
  }

  /** Looks; a platform that does not answer is asked again. */
  void look(String session, PlatformConnection platform) {
    Watched before = watched.get(session);
    if (before == null) {
      return;
    }
    try {
      boolean off =
          VmEligibility.described(platform, before.vmId())
              .filter(vm -> vm.getState().equals("shutOff"))
              .isPresent();
      watched.computeIfPresent(session, (id, old) -> old.looked(clock.instant(), !off));
    } catch (BackupException unanswered) {
      LOG.info("VM {} could not be looked at: {}", before.vmName(), unanswered.getMessage());
    }
  }

  /**
   * Does nothing when the VM was off all the time.
   *
   * @throws BackupException VM_STARTED_DURING_BACKUP when it was not, or nobody looked for long
   */
  void requireOff(String session) {
    Watched now = watched.get(session);
    if (now != null && isSpoiled(now)) {
      throw BackupException.of(ErrorCode.VM_STARTED_DURING_BACKUP, "vm", now.vmName());
    }
  }

  private boolean isSpoiled(Watched now) {
    return now.started()
        || Duration.between(now.lastLook(), clock.instant()).compareTo(LONGEST_GAP) > 0;
  }

  /** Whether a session of this process can be gone on with. */
  boolean isWatched(String session) {
    return Optional.ofNullable(watched.get(session)).filter(each -> !isSpoiled(each)).isPresent();
  }

  void end(String session) {
    watched.remove(session);
  }
}
