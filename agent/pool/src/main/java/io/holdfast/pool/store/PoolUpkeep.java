package io.holdfast.pool.store;

import io.holdfast.pool.gc.GcListener;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.retention.RetentionOutcome;
import io.holdfast.pool.retention.RetentionPolicy;
import io.holdfast.pool.verify.VerifyListener;
import io.holdfast.pool.verify.VerifyReport;
import io.holdfast.pool.verify.VerifySelection;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What keeps a pool in order: retention facts, removal of restore points, garbage collection
 * (POOL-09, POOL-10). Of a pool open for writing, except {@link #retention} and {@link
 * #reclaimable}. Thread-safe; all of it runs beside backups, restores and verification. Each change
 * is durable when its call returns, and whole or not at all after a crash.
 */
public interface PoolUpkeep {

  /**
   * Looks whether the pool is still there and still this process's.
   *
   * @throws io.holdfast.error.BackupException POOL_IN_USE, FORMAT_CORRUPT, IO_FAILURE when it is
   *     not
   */
  void checkLease();

  /** Ids of the sealed restore points; no manifest is read, so that a damaged one is listed too. */
  Set<UUID> restorePoints();

  /**
   * The retention facts of a restore point.
   *
   * @throws io.holdfast.error.BackupException FORMAT_CORRUPT
   */
  RetentionFacts retention(UUID restorePointId);

  /**
   * Protects a restore point by hand, or ends that.
   *
   * @throws io.holdfast.error.BackupException RESTORE_POINT_NOT_FOUND
   */
  void protect(UUID restorePointId, boolean held);

  /**
   * Sets or prolongs the immutable period of a restore point.
   *
   * @throws io.holdfast.error.BackupException POINT_IMMUTABLE when it would become shorter;
   *     RESTORE_POINT_NOT_FOUND
   */
  void extendImmutable(UUID restorePointId, Instant until);

  /**
   * Notes with a restore point, for people, the rules that keep it.
   *
   * @throws io.holdfast.error.BackupException RESTORE_POINT_NOT_FOUND
   */
  void noteRules(UUID restorePointId, List<String> rules);

  /**
   * Decides which of some restore points a policy keeps; changes nothing.
   *
   * @param points of one resource in one job
   * @param newestBackupSucceeded whether the resource's latest backup was sealed
   */
  RetentionOutcome decide(
      List<ManifestSummary> points, RetentionPolicy policy, boolean newestBackupSucceeded);

  /** What the pool would need less without some restore points. Reads all maps. */
  Reclaimable reclaimable(Set<UUID> restorePoints);

  /**
   * Removes a restore point. Its room is free after garbage collection.
   *
   * @throws io.holdfast.error.BackupException RESTORE_POINT_NOT_FOUND; POINT_IMMUTABLE;
   *     POINT_PROTECTED; POINT_IN_USE as base or previous restore point of an unsealed session;
   *     POINT_BEING_READ when open for reading in this process
   */
  void prune(UUID restorePointId);

  /**
   * Collects garbage; one run at a time.
   *
   * @throws io.holdfast.error.BackupException POOL_IN_USE while another runs
   */
  GcReport collectGarbage(GcSettings settings, GcListener listener);

  /** What a collection would find; changes nothing. */
  GcReport surveyGarbage(GcSettings settings, GcListener listener);

  /**
   * Verifies and keeps what it finds: when packs and restore points were verified, and which
   * records are damaged. Those are a miss for deduplication afterwards, so the next backup that
   * reads the data stores it again, and readers find it there. Packs with records known to be
   * damaged are always read again, so that a complete report names every restore point that is
   * hurt; one whose chunk lies sound in another place is not.
   */
  VerifyReport verify(VerifySelection selection, VerifyListener listener);
}
