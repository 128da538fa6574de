package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.verify.VerifyListener;
import io.holdfast.pool.verify.VerifyReport;
import java.util.List;
import java.util.UUID;

/**
 * One open pool (POOL-01). Opened by {@code FolderPool}. Thread-safe; sessions run side by side.
 *
 * <p>At most one process has a pool open for writing: it holds the writer lease, an operating
 * system file lock plus a fencing token (the epoch) that grows with every opening. A lease whose
 * holder was killed is taken over at once, because the lock is gone with it.
 */
public interface Pool extends TransferPool {

  /** Measured now; walks the pool's folders. */
  PoolUsage usage();

  /**
   * As {@link #beginSession}, for a session whose chunk records are made on another host: needs no
   * key of an encrypted pool.
   */
  BackupSession beginSessionOfRecords(SessionSpec spec);

  /**
   * The keys of an encrypted pool, wrapped: for a backup host that makes and reads its chunks. None
   * of others.
   */
  List<ByteString> wrappedKeys();

  /** Ids of unsealed sessions. */
  List<UUID> sessions();

  /** Sealed restore points, oldest first. A damaged manifest fails the call with FORMAT_CORRUPT. */
  List<ManifestSummary> manifests();

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
