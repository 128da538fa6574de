package io.holdfast.pool.format;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.cipher.KeyRing;
import io.holdfast.pool.cipher.PoolKeys;
import io.holdfast.pool.medium.PoolFiles;
import java.util.Optional;
import java.util.UUID;

/**
 * What everything inside one open pool shares. Immutable, but for the ring, which keys may be put
 * on later.
 *
 * @param files the file operations
 * @param tree where things lie
 * @param poolId the pool
 * @param chunkBytes its chunk size
 * @param epoch of the writer lease; 0 when open for reading only
 * @param encrypted whether records are encrypted
 * @param ring the keys of an encrypted pool, once they are given
 */
public record PoolScope(
    PoolFiles files,
    PoolTree tree,
    UUID poolId,
    int chunkBytes,
    long epoch,
    boolean encrypted,
    KeyRing ring) {

  /** A pool that is not encrypted. */
  public PoolScope(PoolFiles files, PoolTree tree, UUID poolId, int chunkBytes, long epoch) {
    this(files, tree, poolId, chunkBytes, epoch, false, new KeyRing());
  }

  /** The pool with a lease's epoch. */
  public PoolScope withEpoch(long leased) {
    return new PoolScope(files, tree, poolId, chunkBytes, leased, encrypted, ring);
  }

  /** The keys, once they are given. */
  public Optional<PoolKeys> keys() {
    return ring.keys();
  }

  /** Whether chunks can be neither read nor written, for want of a key. */
  public boolean isLocked() {
    return encrypted && keys().isEmpty();
  }

  /**
   * What chunks are encrypted with; empty in a pool that is not.
   *
   * @throws BackupException POOL_KEY_NEEDED when it was opened without a key
   */
  public Optional<PoolKeys> requireKeys() {
    if (isLocked()) {
      throw BackupException.of(ErrorCode.POOL_KEY_NEEDED, "folder", tree.root());
    }
    return keys();
  }

  /** Length of a sealed pack's file; 0 when there is none. */
  public long packLength(UUID packId) {
    return files.length(tree.pack(packId));
  }
}
