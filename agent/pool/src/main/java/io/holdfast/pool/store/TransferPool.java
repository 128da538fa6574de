package io.holdfast.pool.store;

import java.util.Optional;
import java.util.UUID;

/**
 * What backups and restores need of a pool, wherever it is: a {@link Pool} of this process, or one
 * of another agent. Thread-safe.
 */
public interface TransferPool extends AutoCloseable {

  PoolSettings settings();

  /**
   * Begins a session. Durable when this returns. Idempotent: the same id with the same spec returns
   * the session, opened again if need be (the stored document counts, it is not compared); with
   * another type, base, codec or other disks it fails with SESSION_PLAN_CONFLICT. A sealed id fails
   * with ALREADY_EXISTS.
   *
   * @throws io.holdfast.error.BackupException RESTORE_POINT_NOT_FOUND for an unknown base
   */
  BackupSession beginSession(SessionSpec spec);

  /**
   * The unsealed session of this id: the one already open in this process, unless one of its
   * streams has failed; otherwise opened from the pool, as after a restart. Journals are cut at
   * their first torn record, packs at what the journals cover (JOB-09). Empty when there is none,
   * also when it is sealed: ask {@link #restorePoint} then.
   */
  Optional<BackupSession> reopenSession(UUID sessionId);

  /**
   * Deletes an unsealed session and everything it wrote, open or not, readable or not. Does nothing
   * to a sealed restore point, nor when there is no such session.
   */
  void abandonSession(UUID sessionId);

  /** The summary of a sealed restore point, if there is one. */
  Optional<ManifestSummary> manifest(UUID restorePointId);

  /** Whether there is such a sealed restore point; asks less than {@link #manifest}. */
  default boolean holds(UUID restorePointId) {
    return manifest(restorePointId).isPresent();
  }

  /**
   * Opens a restore point for reading.
   *
   * @throws io.holdfast.error.BackupException RESTORE_POINT_NOT_FOUND
   */
  RestorePointReader restorePoint(UUID restorePointId);

  /** Gives back what is held of the pool. Unsealed sessions stay resumable. Idempotent. */
  @Override
  void close();
}
