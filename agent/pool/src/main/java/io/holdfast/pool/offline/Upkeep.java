package io.holdfast.pool.offline;

import io.holdfast.pool.document.GarbageInspection;
import io.holdfast.pool.document.PruneInspection;
import io.holdfast.pool.gc.GcListener;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.Reclaimable;
import io.holdfast.pool.verify.VerifyListener;
import io.holdfast.pool.verify.VerifyReport;
import io.holdfast.pool.verify.VerifySelection;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Upkeep of a pool's folder without a server (POOL-09, POOL-10): previews beside whoever writes the
 * pool, garbage collection and verification under its lease. Thread-safe.
 */
public final class Upkeep {
  private Upkeep() {}

  /**
   * What removing restore points would free, as JSON; removes nothing.
   *
   * @throws io.holdfast.error.BackupException POOL_NOT_FOUND, FORMAT_…
   */
  public static String prunePreview(Path folder, Set<UUID> restorePoints) {
    try (Pool pool = FolderPool.openReadOnly(folder, Optional.empty())) {
      Reclaimable freed = pool.upkeep().reclaimable(restorePoints);
      return Inspection.json(
          PruneInspection.newBuilder()
              .setRestorePoints(freed.restorePoints())
              .setChunks(freed.chunks())
              .setPackBytes(freed.packBytes())
              .setFileBytes(freed.fileBytes()));
    }
  }

  /**
   * Collects garbage, or says what a collection would find.
   *
   * @throws io.holdfast.error.BackupException POOL_IN_USE as long as an agent has the pool open
   */
  public static GcReport collectGarbage(
      Path folder, boolean dryRun, GcSettings settings, Clock clock) {
    GcListener listener = (phase, done) -> true;
    try (Pool pool = open(folder, clock)) {
      return dryRun
          ? pool.upkeep().surveyGarbage(settings, listener)
          : pool.upkeep().collectGarbage(settings, listener);
    }
  }

  /**
   * Verifies a part of a pool and keeps what it finds in the pool.
   *
   * @throws io.holdfast.error.BackupException POOL_IN_USE as long as an agent has the pool open
   */
  public static VerifyReport verify(
      Path folder, VerifySelection selection, VerifyListener listener, Clock clock) {
    try (Pool pool = open(folder, clock)) {
      return pool.upkeep().verify(selection, listener);
    }
  }

  private static Pool open(Path folder, Clock clock) {
    return FolderPool.open(new LocalFiles(folder), folder, Optional.empty(), clock);
  }

  /** The report as JSON. */
  public static String json(GcReport report) {
    GarbageInspection.Builder inspection =
        GarbageInspection.newBuilder()
            .setComplete(report.complete())
            .setGeneration(report.generation())
            .setRestorePoints(report.restorePoints())
            .setPacks(report.mark().packs())
            .setPackBytes(report.mark().packBytes())
            .setLiveChunks(report.mark().liveChunks())
            .setLiveBytes(report.mark().liveBytes())
            .setDeadPacks(report.mark().deadPacks())
            .setDeadBytes(report.mark().deadBytes())
            .setSparsePacks(report.mark().sparsePacks())
            .setSparseBytes(report.mark().sparseBytes())
            .setLeftAlone(report.mark().leftAlone())
            .setCompacted(report.compacted())
            .setCopiedBytes(report.copiedBytes())
            .setCondemned(report.condemned())
            .setDeleted(report.deleted())
            .setFreedBytes(report.freedBytes())
            .setReinstated(report.reinstated())
            .setWaitingPacks(report.waiting().packs())
            .setWaitingForReaders(report.waiting().readers());
    report.waiting().sessions().forEach(id -> inspection.addWaitingForSessions(id.toString()));
    return Inspection.json(inspection);
  }
}
