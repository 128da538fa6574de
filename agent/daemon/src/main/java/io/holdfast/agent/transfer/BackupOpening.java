package io.holdfast.agent.transfer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.agent.connect.Connectors;
import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupPlan;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlannedDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.VmDescription;
import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.transfer.RunningBackup.Held;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.TransferPool;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans, begins and resumes backup sessions. The order of a beginning: what is in the pool already,
 * tracking, snapshot, areas, plan durable. Whatever fails after the snapshot was made removes it.
 */
final class BackupOpening {
  static final String SNAPSHOT_PREFIX = "holdfast-";
  private static final Logger LOG = LoggerFactory.getLogger(BackupOpening.class);

  private final Connectors connectors;
  private final PoolReach pools;
  private final TransferResources resources;
  private final BackupShutdowns shutdowns;
  private final OfflineSessions offline;
  private final GuestFreezes freezes;
  private final Clock clock;

  BackupOpening(
      Connectors connectors,
      PoolReach pools,
      TransferResources resources,
      BackupPrecautions precautions,
      Clock clock) {
    this.connectors = connectors;
    this.pools = pools;
    this.resources = resources;
    this.shutdowns = precautions.shutdowns();
    this.offline = precautions.offline();
    this.freezes = precautions.freezes();
    this.clock = clock;
  }

  /** What a backup would be now; changes nothing. */
  BackupPlan plan(BackupRequest request, Set<String> openHere) {
    try (PoolUse use = pools.use(request.getPool(), request.getStorageLink());
        PlatformConnection platform = connectors.connect(request.getPlatform())) {
      use.requireRoom();
      VmEligibility.Judged judged = new VmEligibility(platform, openHere).judge(request);
      return plan(judged, TypeDecision.decide(request, judged.vm(), use.pool()));
    }
  }

  /** What was judged and decided, as the protocol tells it. */
  static BackupPlan plan(VmEligibility.Judged judged, TypeDecision decision) {
    BackupEligibility vm = judged.vm();
    BackupPlan.Builder plan =
        BackupPlan.newBuilder()
            .setVm(vm.vm())
            .setEffectiveType(decision.type())
            .setSnapshotType(vm.snapshotType())
            .setTrackable(vm.trackable())
            .setShutsDown(judged.shutsDown())
            .addAllStorage(judged.storage())
            .addAllNotices(judged.notices())
            .addAllNotices(decision.notices());
    vm.disks().forEach(disk -> plan.addDisks(planned(disk).setPlannedReadBytes(-1)));
    return plan.build();
  }

  static PlannedDisk.Builder planned(BackupEligibility.Disk disk) {
    PlannedDisk.Builder planned =
        PlannedDisk.newBuilder().setDisk(disk.disk()).setIncluded(disk.included());
    if (!disk.included() && disk.excludedBecause() != null) {
      planned.setExcludedBecause(disk.excludedBecause());
    }
    return planned;
  }

  /** Opens the session: as it lies in the pool, or anew. */
  RunningBackup open(BackupRequest request, Set<String> openHere) {
    UUID id = Ids.parse("session_id", request.getSessionId());
    Pace pace = resources.pace(request.getSessionId(), request.getLimits());
    Held held = held(request, pace);
    boolean opened = false;
    try {
      RunningBackup running = open(id, request, held, openHere);
      opened = true;
      return running;
    } finally {
      if (!opened) {
        held.close();
      }
    }
  }

  private Held held(BackupRequest request, Pace pace) {
    Optional<PlatformConnection> platform = Optional.empty();
    try {
      platform = Optional.of(connectors.connect(request.getPlatform()));
      return new Held(pools.use(request.getPool(), request.getStorageLink()), platform.get(), pace);
    } catch (BackupException failed) {
      platform.ifPresent(PlatformConnection::close);
      pace.close();
      throw failed;
    }
  }

  private RunningBackup open(UUID id, BackupRequest request, Held held, Set<String> openHere) {
    TransferPool pool = held.pool().pool();
    Optional<ManifestSummary> sealed = pool.manifest(id);
    if (sealed.isPresent()) {
      RestorePointSummary summary = RestorePoints.summary(sealed.get());
      return RunningBackup.sealed(sealedAnswer(summary), held, summary, clock);
    }
    held.pool().takeUp(id);
    Optional<BackupSession> found = pool.reopenSession(id);
    if (found.isPresent() && found.get().document(PlannedSession.BEGUN).isPresent()) {
      return resume(request, held, found.get());
    }
    // Without that document the plan is not complete: nothing was read yet, begin again.
    found.ifPresent(BackupSession::abandon);
    VmEligibility.Judged judged = new VmEligibility(held.platform(), openHere).judge(request);
    // A VM may have been found again by its UUID: all that follows is about that one.
    BackupRequest identified = request.toBuilder().setVmId(judged.vmId()).build();
    return begin(id, identified, judged, held);
  }

  private RunningBackup resume(BackupRequest asked, Held held, BackupSession session) {
    PlannedSession planned = PlannedSession.load(session);
    VmDescription vm = planned.begun().getVm();
    BackupRequest request = asked.toBuilder().setVmId(vm.getVmId()).build();
    String name = snapshotName(request);
    VmSnapshot snapshot =
        found(request, held.platform(), planned.begun())
            .orElseThrow(
                () ->
                    BackupException.of(
                        ErrorCode.SNAPSHOT_LOST, "snapshot", name, "vm", vm.getName()));
    BackupBegun begun =
        planned.begun().toBuilder()
            .setResumed(true)
            .addNotices(Notices.note(NoticeCode.SESSION_RESUMED))
            .build();
    LOG.info("Session {} of VM {} goes on", request.getSessionId(), begun.getVm().getName());
    return running(request, held, planned.with(begun), snapshot);
  }

  private Optional<VmSnapshot> found(
      BackupRequest request, PlatformConnection platform, BackupBegun begun) {
    String name = snapshotName(request);
    if (!begun.getSnapshotName().isEmpty()) {
      return platform.findSnapshot(request.getVmId(), name);
    }
    offline.look(request.getSessionId(), platform);
    return offline.isWatched(request.getSessionId())
        ? Optional.of(platform.createSnapshot(request.getVmId(), name, SnapshotType.SNAPSHOT_NONE))
        : Optional.empty();
  }

  private RunningBackup begin(
      UUID id, BackupRequest request, VmEligibility.Judged judged, Held held) {
    held.pool().requireRoom();
    PlatformConnection platform = held.platform();
    freezes.settle(request.getSessionId(), platform);
    List<Notice> notices = new ArrayList<>(judged.notices());
    notices.addAll(platform.dataPlane(judged.vm().vm(), request.getDataPlane()));
    notices.addAll(BackupRelease.removeLeftovers(platform, judged));
    if (judged.shutsDown()) {
      notices.add(
          shutdowns.shutDown(
              request.getSessionId(), judged.vm().vm(), request.getShutdownSeconds(), platform));
    }
    BackupEligibility vm = judged.vm();
    TypeDecision decision = TypeDecision.decide(request, vm, held.pool().pool());
    if (request.getEnableTracking() && !vm.trackingEnabled()) {
      platform.enableTracking(request.getVmId());
    }
    for (; ; ) {
      try {
        return planned(id, request, vm, decision, notices, held);
      } catch (DiskAreas.TurnsFull turn) {
        LOG.info("Session {} turns full: {}", id, turn.reason().getCode());
        undo(id, request, held, turn);
        decision = decision.turnedFull(turn.reason());
        trackAnew(request, turn.reason(), platform);
      } catch (RuntimeException failure) {
        undo(id, request, held, failure);
        throw failure;
      }
    }
  }

  /** What was counted up to now is lost; the snapshot taken next carries a new mark. */
  private static void trackAnew(BackupRequest request, Notice reason, PlatformConnection platform) {
    if (reason.getCode().equals(NoticeCode.FULL_SAMPLE_MISMATCH.name())) {
      // A tracking that lied once must not be counted on by anybody's next backup.
      platform.restartTracking(request.getVmId());
    } else if (request.getEnableTracking()) {
      platform.enableTracking(request.getVmId());
    }
  }

  private RunningBackup planned(
      UUID id,
      BackupRequest request,
      BackupEligibility vm,
      TypeDecision decision,
      List<Notice> before,
      Held held)
      throws DiskAreas.TurnsFull {
    PlatformConnection platform = held.platform();
    TransferPool pool = held.pool().pool();
    List<Notice> notices = new ArrayList<>(before);
    VmSnapshot snapshot = freezes.take(request, vm.vm(), vm.snapshotType(), platform, notices::add);
    PausedVms.look(vm.vm(), snapshot.type(), platform).ifPresent(notices::add);
    requireAllDisks(vm, snapshot);
    boolean isNone = snapshot.type() == SnapshotType.SNAPSHOT_NONE;
    if (isNone) {
      offline.begin(request.getSessionId(), request.getVmId(), vm.vm().getName());
    } else {
      shutdowns.startEarly(request.getSessionId(), platform).ifPresent(notices::add);
    }
    // A VM that is shut off is left as it is: only a mark shows that tracking is on now.
    if (!vm.trackingEnabled() && !snapshot.trackingMarks().isEmpty()) {
      notices.add(Notices.note(NoticeCode.TRACKING_ENABLED));
    }
    UnchangedSamples samples = new UnchangedSamples(id, held.pace(), pool.settings().chunkBytes());
    PlannedSession planned =
        new BackupPlanner(request, vm, decision, pool, resources.buffers())
            .plan(
                id,
                platform,
                snapshot,
                notices,
                (disk, changed, base) -> {
                  Supplier<DiskEndpoint> endpoint =
                      () ->
                          platform.snapshotDisk(
                              snapshot, disk.getDiskKey(), request.getDataPlane(), 1);
                  try (ReconnectingDisk<DiskSource> link =
                      source(vm.vm().getName(), disk, endpoint)) {
                    return samples.compare(disk, changed, base, link);
                  }
                });
    LOG.info(
        "Session {}: {} backup of VM {} begins",
        id,
        planned.begun().getEffectiveType(),
        vm.vm().getName());
    return running(request, held, planned, snapshot);
  }

  /** CAS-24: a disk that was added on a bus without hot plug is not there before a restart. */
  private static void requireAllDisks(BackupEligibility vm, VmSnapshot snapshot) {
    for (BackupEligibility.Disk disk : vm.disks()) {
      if (disk.included() && !snapshot.devices().containsKey(disk.disk().getDiskKey())) {
        throw BackupException.of(
            ErrorCode.DISK_NOT_IN_SNAPSHOT,
            "disk",
            disk.disk().getDevice(),
            "vm",
            vm.vm().getName(),
            "bus",
            disk.disk().getBus());
      }
    }
  }

  private static void undo(UUID id, BackupRequest request, Held held, Exception failure) {
    try {
      held.pool().pool().abandonSession(id);
    } catch (BackupException unclean) {
      failure.addSuppressed(unclean);
      LOG.warn("Session {} could not be abandoned: {}", id, unclean.getMessage());
    }
    try {
      held.platform().removeSnapshot(request.getVmId(), snapshotName(request));
    } catch (BackupException unclean) {
      failure.addSuppressed(unclean);
      LOG.warn("Snapshot {} could not be removed: {}", snapshotName(request), unclean.getMessage());
    }
  }

  private RunningBackup running(
      BackupRequest request, Held held, PlannedSession planned, VmSnapshot snapshot) {
    RunningBackup running = RunningBackup.of(planned, held, clock);
    int connections = Math.max(1, Math.min(5, request.getStreamsPerDisk()));
    for (PlannedDisk disk : planned.begun().getDisksList()) {
      String key = disk.getDisk().getDiskKey();
      if (planned.hasStreams(key)) {
        Supplier<DiskEndpoint> endpoint =
            () -> held.platform().snapshotDisk(snapshot, key, request.getDataPlane(), connections);
        String vm = planned.draft().getVm().getName();
        running.add(key, source(vm, disk.getDisk(), endpoint), held.pool().resources(resources));
      }
    }
    return running;
  }

  private ReconnectingDisk<DiskSource> source(
      String vm, DiskDescription disk, Supplier<DiskEndpoint> endpoint) {
    return new ReconnectingDisk<>(
        vm, disk.getDevice(), endpoint, where -> opened(where, disk), DiskSource::close, clock);
  }

  private DiskSource opened(DiskEndpoint where, DiskDescription disk) {
    DiskSource result = connectors.openForReading(where);
    long actual = result.sizeBytes();
    if (actual != disk.getSizeBytes()) {
      result.close();
      throw BackupException.of(
          ErrorCode.DISK_SIZE_CHANGED,
          "disk",
          disk.getDevice(),
          "actual",
          actual,
          "expected",
          disk.getSizeBytes());
    }
    return result;
  }

  private static BackupBegun sealedAnswer(RestorePointSummary summary) {
    BackupBegun.Builder begun =
        BackupBegun.newBuilder()
            .setVm(summary.getVm())
            .setEffectiveType(summary.getType())
            .setResumed(true)
            .setSnapshotName(SNAPSHOT_PREFIX + summary.getRestorePointId());
    summary
        .getDisksList()
        .forEach(
            disk ->
                begun.addDisks(
                    PlannedDisk.newBuilder()
                        .setDisk(disk.getDisk())
                        .setIncluded(true)
                        .setPlannedReadBytes(disk.getReadBytes())));
    return begun.build();
  }

  static String snapshotName(BackupRequest request) {
    return SNAPSHOT_PREFIX + request.getSessionId();
  }

  /** An unreadable document of our own session is damage. */
  static BackupException corrupt(UUID session, InvalidProtocolBufferException unreadable) {
    return BackupException.causedBy(
        unreadable,
        ErrorCode.FORMAT_CORRUPT,
        "file",
        "session " + session,
        "offset",
        "0",
        "cause",
        unreadable.getMessage());
  }
}
