package io.holdfast.pool.store;

import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.verify.VerifyListener;
import io.holdfast.pool.verify.VerifyReport;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One open pool (POOL-01). Opened by {@code FolderPool}. Thread-safe; sessions run side by side.
 *
 * <p>At most one process has a pool open for writing: it holds the writer lease, an operating
 * system file lock plus a fencing token (the epoch) that grows with every opening. A lease whose
 * holder was killed is taken over at once, because the lock is gone with it.
 */
public interface Pool extends AutoCloseable {

  PoolSettings settings();

  /** Measured now; walks the pool's folders. */
  PoolUsage usage();

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

  /** Ids of unsealed sessions. */
  List<UUID> sessions();

  /** Sealed restore points, oldest first. A damaged manifest fails the call with FORMAT_CORRUPT. */
  List<ManifestSummary> manifests();

  /** The summary of a sealed restore point, if there is one. */
  Optional<ManifestSummary> manifest(UUID restorePointId);

  /**
   * Opens a restore point for reading.
   *
   * @throws io.holdfast.error.BackupException RESTORE_POINT_NOT_FOUND
   */
  RestorePointReader restorePoint(UUID restorePointId);

  /**
   * Makes a passphrase or key file the only one of its kind that opens an encrypted pool (POOL-10).
   * Packs are not touched. Durable when this returns; after a crash in between both may open it.
   *
   * @param secret stays the caller's to close
   * @throws io.holdfast.error.BackupException POOL_KEY_NEEDED when the pool was opened without a
   *     key, PASSWORD_TOO_WEAK
   */
  void replaceKey(PoolSecret secret);

  /**
   * Makes a new recovery key; the old one opens the pool no more.
   *
   * @return the new one, stored nowhere: to be shown once
   */
  String replaceRecoveryKey();

  /** Retention, removal, garbage collection and verification of a pool open for writing. */
  PoolUpkeep upkeep();

  /** Reads every byte of every sealed file; damage is reported, not thrown. */
  VerifyReport verify(VerifyListener listener);

  /** Closes what is open and gives the lease back. Unsealed sessions stay resumable. Idempotent. */
  @Override
  void close();
}
