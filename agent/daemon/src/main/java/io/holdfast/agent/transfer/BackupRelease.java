package io.holdfast.agent.transfer;

import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.agent.protocol.ReleaseBackupRequest;
import io.holdfast.agent.protocol.ReleaseBackupResponse;
import io.holdfast.agent.protocol.RemoveLeftoversRequest;
import io.holdfast.agent.protocol.RemoveLeftoversResponse;
import io.holdfast.agent.protocol.StorageLinkOptions;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.error.NoticeCode;
import io.holdfast.error.Reason;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.SnapshotName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a backup session, whatever became of it (CAS-05): snapshot removed, marks dropped that
 * nobody needs, an abandoned pool session deleted. May be repeated until nothing is left.
 */
final class BackupRelease {
  private static final Logger LOG = LoggerFactory.getLogger(BackupRelease.class);
  private static final int ATTEMPTS = 3;
  private static final int PAUSE_SECONDS = 2;

  private final Connectors connectors;
  private final PoolReach pools;
  private final BackupShutdowns shutdowns;
  private final GuestFreezes freezes;
  private final SpentMarks marks;

  BackupRelease(Connectors connectors, PoolReach pools, BackupPrecautions precautions) {
    this.connectors = connectors;
    this.pools = pools;
    this.shutdowns = precautions.shutdowns();
    this.freezes = precautions.freezes();
    this.marks = new SpentMarks(pools);
  }

  /** Releases a session that is not open in this process any more. */
  ReleaseBackupResponse release(ReleaseBackupRequest request) {
    UUID id = Ids.parse("session_id", request.getSessionId());
    ReleaseBackupResponse.Builder response = ReleaseBackupResponse.newBuilder();
    Optional<BackupException> poolFailure = Optional.empty();
    boolean sealed = false;
    try (PoolUse use = pools.look(request.getPool(), StorageLinkOptions.getDefaultInstance())) {
      sealed = use.pool().holds(id);
      if (request.getAbandon() && !sealed) {
        use.pool().abandonSession(id);
      }
    } catch (BackupException failed) {
      LOG.warn("Session {}: {}", id, failed.getMessage());
      poolFailure = Optional.of(failed);
    }
    releasePlatform(request, poolFailure.isEmpty() && (sealed || request.getAbandon()), response);
    if (request.getAbandon() && poolFailure.isPresent()) {
      // What is left in a pool of another agent only the server can remember: it asks again.
      if (poolFailure.get().code() != ErrorCode.POOL_NOT_FOUND
          || pools.isElsewhere(request.getPool())) {
        throw poolFailure.get();
      }
      // Gone for good or not mounted: nobody can tell. The platform need not wait for it.
      pools.abandonLater(request.getPool(), request.getSessionId());
      response.addNotices(
          Notices.warning(NoticeCode.POOL_SESSION_LEFT, "folder", request.getPool().getFolder()));
    }
    return response.build();
  }

  private void releasePlatform(
      ReleaseBackupRequest asked, boolean withMarks, ReleaseBackupResponse.Builder response) {
    String name = BackupOpening.SNAPSHOT_PREFIX + asked.getSessionId();
    try (PlatformConnection platform = connectors.connect(asked.getPlatform())) {
      freezes.settle(asked.getSessionId(), platform);
      ReleaseBackupRequest request = asked.toBuilder().setVmId(vmId(asked, platform)).build();
      shutdowns.settle(request.getSessionId(), platform, response);
      // Marks first: while the snapshot is there the release is due, and nothing is forgotten.
      if (withMarks) {
        marks.drop(platform, request);
      }
      removeSnapshot(platform, request.getVmId(), name);
      response.setSnapshotRemoved(true);
    } catch (BackupException failed) {
      response.addNotices(removalFailed(asked.getVmId(), name, failed));
    }
  }

  /** The VM's id now: it may have changed since the snapshot was taken. */
  private static String vmId(ReleaseBackupRequest request, PlatformConnection platform) {
    String uuid = request.getVmUuid();
    if (uuid.isEmpty()) {
      return request.getVmId();
    }
    boolean same =
        VmEligibility.described(platform, request.getVmId())
            .filter(vm -> vm.getUuid().equals(uuid))
            .isPresent();
    return same
        ? request.getVmId()
        : platform.findVmByUuid(uuid).map(VmDescription::getVmId).orElse(request.getVmId());
  }

  private static void removeSnapshot(PlatformConnection platform, String vmId, String name) {
    for (int attempt = 1; ; attempt++) {
      try {
        platform.removeSnapshot(vmId, name);
        return;
      } catch (BackupException failed) {
        if (failed.code() == ErrorCode.VM_NOT_FOUND) {
          return;
        }
        boolean mayPass =
            failed.kind() == ErrorKind.TRANSIENT || failed.kind() == ErrorKind.AMBIGUOUS;
        if (!mayPass || attempt == ATTEMPTS) {
          throw failed;
        }
        LOG.info("Removing snapshot {} again after: {}", name, failed.getMessage());
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(
          interrupted, ErrorCode.INTERRUPTED, "what", "snapshot removal");
    }
  }

  static Notice removalFailed(String vmId, String name, BackupException failed) {
    LOG.warn("Snapshot {} stays: {}", name, failed.getMessage());
    return Notices.warning(
        NoticeCode.SNAPSHOT_REMOVAL_FAILED,
        "snapshot",
        name,
        "vm",
        failed.parameters().getOrDefault("vm", vmId),
        "cause",
        Reason.of(failed));
  }

  /**
   * Removes snapshots of sessions that the server knows to have ended, and those that they left as
   * marks where nobody counts from them. Others with our prefix stay: they may belong to a running
   * backup of another server.
   *
   * @param open sessions of this process; theirs stay whatever the request says
   */
  RemoveLeftoversResponse removeLeftovers(RemoveLeftoversRequest request, Set<String> open) {
    RemoveLeftoversResponse.Builder response = RemoveLeftoversResponse.newBuilder();
    PlatformAccess access = request.getPlatform();
    Set<String> ended = Set.copyOf(request.getEndedSessionIdsList());
    Set<String> living = new HashSet<>(request.getLiveSessionIdsList());
    living.addAll(open);
    try (PlatformConnection platform = connectors.connect(access)) {
      freezes.settleAll(access.getPlatformId(), open, platform);
      for (SnapshotName snapshot : platform.listSnapshots(BackupOpening.SNAPSHOT_PREFIX)) {
        String session = snapshot.name().substring(BackupOpening.SNAPSHOT_PREFIX.length());
        if (living.contains(session)) {
          continue;
        }
        if (ended.contains(session)) {
          response.addRemoved(removeLeftover(platform, snapshot));
        } else {
          LOG.warn(
              "Snapshot {} of VM {} is of no session this server knows; it stays",
              snapshot.name(),
              snapshot.vmName());
        }
      }
      if (request.getReapMarks()) {
        response.addAllRemoved(SpentMarks.reap(platform, request, living));
      }
    }
    return response.build();
  }

  /** Before a run: what ended sessions left on its VM. What cannot be removed is said. */
  static List<Notice> removeLeftovers(PlatformConnection platform, VmEligibility.Judged judged) {
    String vm = judged.vm().vm().getName();
    return judged.leftovers().stream()
        .map(name -> removeLeftover(platform, new SnapshotName(judged.vmId(), vm, name)))
        .toList();
  }

  private static Notice removeLeftover(PlatformConnection platform, SnapshotName snapshot) {
    try {
      removeSnapshot(platform, snapshot.vmId(), snapshot.name());
      return Notices.warning(
          NoticeCode.LEFTOVER_SNAPSHOT_REMOVED,
          "snapshot",
          snapshot.name(),
          "vm",
          snapshot.vmName());
    } catch (BackupException failed) {
      return removalFailed(snapshot.vmName(), snapshot.name(), failed);
    }
  }
}
