package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
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

  /**
   * A session that is open in this process, for the caller to close; empty when it is not. Who
   * reopens it from now on waits for that and gets it anew, so that closing it takes it from nobody
   * who has it later.
   */
  Optional<BackupSession> retireSession(UUID sessionId);

  /** Ids of unsealed sessions. */
  List<UUID> sessions();

  /** Sealed restore points, oldest first. A damaged manifest fails the call with FORMAT_CORRUPT. */
  List<ManifestSummary> manifests();

  /** As {@link #manifests}, but what cannot be read is named beside what can (OPS-02). */
  PoolListing listing();

  /** The keys of the pool, if it is encrypted (OPT-17). */
  PoolKeyring keyring();

  /** The index of a dedup pool open for writing; empty of others. */
  Optional<IndexFacts> index();

  /** Retention, removal, garbage collection and verification of a pool open for writing. */
  PoolUpkeep upkeep();

  /** Reads every byte of every sealed file; damage is reported, not thrown. */
  VerifyReport verify(VerifyListener listener);

  /** Closes what is open and gives the lease back. Unsealed sessions stay resumable. Idempotent. */
  @Override
  void close();
}
