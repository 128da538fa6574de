package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.BackupBegun;
import io.holdfast.agent.protocol.BackupRequest;
import io.holdfast.agent.protocol.BackupType;
import io.holdfast.agent.protocol.DiskDescription;
import io.holdfast.agent.protocol.Notice;
import io.holdfast.agent.protocol.PlannedDisk;
import io.holdfast.agent.protocol.RestorePointDisk;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.agent.protocol.StreamPlan;
import io.holdfast.error.NoticeCode;
import io.holdfast.model.ExtentMap;
import io.holdfast.platform.spi.BackupEligibility;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.platform.spi.VmSnapshot;
import io.holdfast.pool.chunk.Compression;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.StreamPlanSummary;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.RestorePointReader;
import io.holdfast.pool.store.SessionDisk;
import io.holdfast.pool.store.SessionSpec;
import io.holdfast.pool.store.TransferPool;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** From a snapshot to a plan that is durable in the pool session. */
final class BackupPlanner {
  private static final int DEFAULT_TRANSFER_BYTES = 4 << 20;
  private static final int MAX_STREAMS = 5;

  private final BackupRequest request;
  private final BackupEligibility vm;
  private final TypeDecision decision;
  private final TransferPool pool;
  private final SpanBuffers buffers;

  BackupPlanner(
      BackupRequest request,
      BackupEligibility vm,
      TypeDecision decision,
      TransferPool pool,
      SpanBuffers buffers) {
    this.request = request;
    this.vm = vm;
    this.decision = decision;
    this.pool = pool;
    this.buffers = buffers;
  }

  /**
   * Asks for all disks' areas, then stores the plan; nothing is in the pool before all is known.
   *
   * @param before notices of the steps before
   * @param samples compares what a disk's list calls unchanged with the base
   */
  PlannedSession plan(
      UUID id,
      PlatformConnection platform,
      VmSnapshot snapshot,
      List<Notice> before,
      Sampling samples)
      throws DiskAreas.TurnsFull {
    List<Notice> notices = new ArrayList<>(before);
    notices.addAll(decision.notices());
    boolean isNone = snapshot.type() == SnapshotType.SNAPSHOT_NONE;
    if (!isNone) {
      notices.add(Notices.note(NoticeCode.SNAPSHOT_CREATED, "snapshot", snapshot.name()));
    }
    DiskAreas areas = new DiskAreas(platform, snapshot, request.getValidDataOnly(), notices::add);
    Map<String, ExtentMap> byDisk = new LinkedHashMap<>();
    for (BackupEligibility.Disk disk : vm.disks()) {
      if (disk.included()) {
        byDisk.put(disk.disk().getDiskKey(), areasOf(disk.disk(), areas));
      }
    }
    Map<String, Long> sampled = sampled(byDisk, samples);
    BackupSession session = pool.beginSession(spec(id));
    BackupBegun.Builder begun =
        BackupBegun.newBuilder()
            .setVm(vm.vm())
            .setEffectiveType(decision.type())
            .addAllNotices(notices)
            .setSnapshotName(isNone ? "" : snapshot.name());
    for (BackupEligibility.Disk disk : vm.disks()) {
      begun.addDisks(
          planned(disk, byDisk, session, begun)
              .setSampledBytes(sampled.getOrDefault(disk.disk().getDiskKey(), 0L)));
    }
    PlannedSession planned = new PlannedSession(session, begun.build(), draft(id, snapshot));
    planned.store();
    return planned;
  }

  /** Of an incremental or differential, before anything is planned. */
  private Map<String, Long> sampled(Map<String, ExtentMap> areas, Sampling samples)
      throws DiskAreas.TurnsFull {
    Map<String, Long> result = new LinkedHashMap<>();
    if (decision.base().isEmpty()) {
      return result;
    }
    UUID base = UUID.fromString(decision.base().get().getRestorePointId());
    try (RestorePointReader reader = pool.restorePoint(base)) {
      for (BackupEligibility.Disk disk : vm.disks()) {
        String key = disk.disk().getDiskKey();
        if (disk.included()) {
          result.put(key, samples.compare(disk.disk(), areas.get(key), reader.disk(key)));
        }
      }
    }
    return result;
  }

  /** Compares a disk at the snapshot with the base where nothing changed; bytes compared. */
  interface Sampling {
    long compare(DiskDescription disk, ExtentMap changed, DiskReader base)
        throws DiskAreas.TurnsFull;
  }

  private ExtentMap areasOf(DiskDescription disk, DiskAreas areas) throws DiskAreas.TurnsFull {
    return decision.base().isPresent()
        ? areas.changed(disk, decision.base().get())
        : areas.full(disk);
  }

  private SessionSpec spec(UUID id) {
    List<SessionDisk> disks =
        vm.disks().stream()
            .filter(BackupEligibility.Disk::included)
            .map(disk -> new SessionDisk(disk.disk().getDiskKey(), disk.disk().getSizeBytes()))
            .toList();
    return new SessionSpec(
        id,
        RestorePoints.type(decision.type()),
        decision.base().map(base -> UUID.fromString(base.getRestorePointId())),
        previous(),
        disks,
        compression(),
        RunningBackup.withoutSecret(request).toByteString());
  }

  /** One that the pool no longer has is no reason to fail: it would only have been quicker. */
  private Optional<UUID> previous() {
    return Optional.of(request.getPreviousRestorePointId())
        .filter(text -> !text.isEmpty())
        .map(text -> Ids.parse("previous_restore_point_id", text))
        .filter(id -> pool.holds(id));
  }

  private Compression compression() {
    return switch (request.getCompression()) {
      case COMPRESSION_NONE -> Compression.NONE;
      case COMPRESSION_ADJUSTABLE ->
          Compression.zstd(
              request.getCompressionLevel() == 0
                  ? Compression.DEFAULT_LEVEL
                  : request.getCompressionLevel());
      default -> Compression.FAST;
    };
  }

  private PlannedDisk.Builder planned(
      BackupEligibility.Disk disk,
      Map<String, ExtentMap> areas,
      BackupSession session,
      BackupBegun.Builder begun) {
    PlannedDisk.Builder planned = BackupOpening.planned(disk);
    if (!disk.included()) {
      return planned;
    }
    String key = disk.disk().getDiskKey();
    Gap gap = decision.type() == BackupType.FULL ? Gap.ZERO : Gap.BASE;
    List<PlanItems> streams =
        PlanItems.streams(
            areas.get(key), gap, pool.settings().chunkBytes(), spanBytes(), streamsPerDisk());
    long readBytes = 0;
    for (StreamPlanSummary stream : session.storePlan(key, gap, streams)) {
      readBytes += stream.readBytes();
      begun.addStreams(
          StreamPlan.newBuilder()
              .setDiskKey(key)
              .setStream(stream.stream())
              .setExtentCount(stream.extentCount())
              .setReadBytes(stream.readBytes())
              .setDigest(stream.digest()));
    }
    return planned.setPlannedReadBytes(readBytes);
  }

  private int streamsPerDisk() {
    return Math.max(1, Math.min(MAX_STREAMS, request.getStreamsPerDisk()));
  }

  /** A multiple of the chunk size that fits into the arena. */
  private int spanBytes() {
    int chunk = pool.settings().chunkBytes();
    int asked =
        request.getTransferBytes() <= 0 ? DEFAULT_TRANSFER_BYTES : request.getTransferBytes();
    int fitting = Math.min(asked, buffers.maxSpanBytes());
    return Math.max(chunk, fitting / chunk * chunk);
  }

  /** After its base: platforms tell whole seconds, and their clocks may have been set back. */
  private long createdMillis(VmSnapshot snapshot) {
    long told = snapshot.createdAt().toEpochMilli();
    return decision
        .base()
        .map(base -> Math.max(told, base.getCreatedEpochMillis() + 1))
        .orElse(told);
  }

  private RestorePointSummary draft(UUID id, VmSnapshot snapshot) {
    RestorePointSummary.Builder draft =
        RestorePointSummary.newBuilder()
            .setRestorePointId(id.toString())
            .setType(decision.type())
            .setBaseRestorePointId(
                decision.base().map(RestorePointSummary::getRestorePointId).orElse(""))
            .setCreatedEpochMillis(createdMillis(snapshot))
            .setVm(vm.vm())
            .setPlatformId(request.getPlatform().getPlatformId())
            .setPolicyId(request.getPolicyId())
            .setJobName(request.getJobName())
            .setServerId(request.getServerId());
    boolean ready = true;
    for (BackupEligibility.Disk disk : vm.disks()) {
      if (disk.included()) {
        String mark = snapshot.trackingMarks().getOrDefault(disk.disk().getDiskKey(), "");
        ready &= !mark.isEmpty();
        draft.addDisks(RestorePointDisk.newBuilder().setDisk(disk.disk()).setTrackingMark(mark));
      }
    }
    return draft.setTrackingReady(ready).build();
  }
}
