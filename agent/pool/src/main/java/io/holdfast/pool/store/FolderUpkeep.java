package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.document.Retention;
import io.holdfast.pool.format.Features;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.gc.CollectedPool;
import io.holdfast.pool.gc.Condemnations;
import io.holdfast.pool.gc.FreedByPruning;
import io.holdfast.pool.gc.GarbageCollection;
import io.holdfast.pool.gc.GcListener;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.pack.MovedPacks;
import io.holdfast.pool.pack.PackEntry;
import io.holdfast.pool.retention.Pruning;
import io.holdfast.pool.retention.RetainedPoint;
import io.holdfast.pool.retention.RetentionDecision;
import io.holdfast.pool.retention.RetentionFile;
import io.holdfast.pool.retention.RetentionMoment;
import io.holdfast.pool.retention.RetentionOutcome;
import io.holdfast.pool.retention.RetentionPolicy;
import io.holdfast.pool.verify.DamagedRecords;
import io.holdfast.pool.verify.VerificationRun;
import io.holdfast.pool.verify.VerifyListener;
import io.holdfast.pool.verify.VerifyReport;
import io.holdfast.pool.verify.VerifySelection;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The upkeep of a pool in a folder. */
final class FolderUpkeep implements PoolUpkeep, CollectedPool {
  private final FolderPool pool;
  private final ReentrantLock collecting = new ReentrantLock();

  FolderUpkeep(FolderPool pool) {
    this.pool = pool;
  }

  @Override
  public PoolScope scope() {
    return pool.scope();
  }

  @Override
  public Condemnations condemnations() {
    return pool.condemnations();
  }

  @Override
  public MovedPacks moved() {
    return pool.moved();
  }

  @Override
  public void checkLease() {
    pool.checkLease();
  }

  @Override
  public void requireReadersThatFollow() {
    PoolDescriptors.require(scope(), Features.MOVED);
  }

  @Override
  public OptionalLong oldestReader() {
    return pool.readers().oldestGeneration();
  }

  @Override
  public void packAdded(UUID packId, List<PackEntry> entries) {
    pool.known().ifPresent(known -> known.added(packId, entries));
  }

  @Override
  public void packGoing(UUID packId) {
    pool.known().ifPresent(known -> known.going(packId));
    pool.packs().forget(packId);
  }

  @Override
  public Set<UUID> restorePoints() {
    return Set.copyOf(ManifestFile.list(scope()));
  }

  @Override
  public RetentionFacts retention(UUID restorePointId) {
    Retention facts = RetentionFile.read(scope(), restorePointId);
    return new RetentionFacts(
        facts.getProtected(), RetentionFile.immutableUntil(facts), facts.getKeptForList());
  }

  @Override
  public void protect(UUID restorePointId, boolean held) {
    locked(() -> RetentionFile.protect(scope(), restorePointId, held));
  }

  @Override
  public void extendImmutable(UUID restorePointId, Instant until) {
    locked(() -> RetentionFile.extendImmutable(scope(), restorePointId, until));
  }

  @Override
  public void noteRules(UUID restorePointId, List<String> rules) {
    locked(() -> RetentionFile.noteRules(scope(), restorePointId, rules));
  }

  /** The pool's session lock: no session begins meanwhile. */
  private void locked(Runnable action) {
    synchronized (pool.sessionLock()) {
      checkLease();
      action.run();
    }
  }

  @Override
  public RetentionOutcome decide(
      List<ManifestSummary> points, RetentionPolicy policy, boolean newestBackupSucceeded) {
    List<RetainedPoint> retained = points.stream().map(this::retained).toList();
    return RetentionDecision.decide(
        retained, policy, RetentionMoment.of(pool.clock(), newestBackupSucceeded));
  }

  private RetainedPoint retained(ManifestSummary point) {
    RetentionFacts facts = retention(point.restorePointId());
    return new RetainedPoint(
        point.restorePointId(),
        point.createdAt(),
        point.type() == RestorePointType.FULL,
        facts.heldByHand(),
        facts.immutableUntil());
  }

  @Override
  public Reclaimable reclaimable(Set<UUID> restorePoints) {
    FreedByPruning.Freed freed = FreedByPruning.of(scope(), moved(), restorePoints);
    long fileBytes = 0;
    for (UUID id : restorePoints) {
      fileBytes += scope().files().length(scope().tree().manifest(id));
      for (String map : scope().files().list(scope().tree().maps(id))) {
        fileBytes += scope().files().length(scope().tree().maps(id).resolve(map));
      }
    }
    return new Reclaimable(restorePoints.size(), freed.chunks(), freed.bytes(), fileBytes);
  }

  @Override
  public void prune(UUID restorePointId) {
    Pruning pruning = new Pruning(scope());
    locked(
        () -> {
          pruning.requirePrunable(restorePointId, pool.clock().instant());
          pool.readers().whileUnread(restorePointId, () -> removeManifest(pruning, restorePointId));
          pruning.finish(restorePointId);
        });
  }

  /** Without a manifest its session's folder, if any is left, would be taken for unsealed. */
  private void removeManifest(Pruning pruning, UUID restorePointId) {
    if (ManifestFile.exists(scope(), restorePointId)) {
      new SessionFolder(scope(), restorePointId).abandon();
    }
    pruning.removeManifest(restorePointId);
  }

  @Override
  public GcReport collectGarbage(GcSettings settings, GcListener listener) {
    return alone(() -> new GarbageCollection(this, settings, listener).run());
  }

  @Override
  public GcReport surveyGarbage(GcSettings settings, GcListener listener) {
    return alone(() -> new GarbageCollection(this, settings, listener).dryRun());
  }

  @Override
  public VerifyReport verify(VerifySelection selection, VerifyListener listener) {
    checkLease();
    DamagedRecords damaged =
        pool.known().map(KnownChunks::damaged).orElseGet(() -> DamagedRecords.read(scope()));
    OtherPlaces others = pool.known().map(KnownChunks::otherPlaces).orElse(OtherPlaces.NONE);
    return new VerificationRun(scope(), damaged, pool.clock())
        .healedBy(others::of)
        .run(selection, listener);
  }

  private GcReport alone(Supplier<GcReport> run) {
    if (!collecting.tryLock()) {
      throw BackupException.of(
          ErrorCode.POOL_IN_USE,
          "folder",
          scope().tree().root(),
          "holder",
          Reason.of(ReasonCode.HELD_BY_COLLECTION));
    }
    try {
      return run.get();
    } finally {
      collecting.unlock();
    }
  }
}
