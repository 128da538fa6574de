package io.holdfast.agent.transfer;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.StorageLinkOptions;

/** How sessions reach a pool: in this process, or on another agent. Thread-safe. */
public interface PoolReach {

  /**
   * Opens a pool, or joins those who have it open.
   *
   * @param options looked at for a pool of another agent only
   * @throws io.holdfast.error.BackupException POOL_NOT_FOUND, POOL_ID_MISMATCH, POOL_IN_USE,
   *     INVALID_VALUE, POOL_KEY_NEEDED, POOL_KEY_WRONG, STORAGE_UNREACHABLE, STORAGE_REFUSED
   */
  PoolUse use(PoolAccess access, StorageLinkOptions options);

  /**
   * As {@link #use}, for work that needs no chunk's plain bytes: the key of an encrypted pool may
   * be missing or wrong.
   */
  PoolUse look(PoolAccess access, StorageLinkOptions options);

  /** Whether the pool is on another agent; nothing can be remembered for it here. */
  default boolean isElsewhere(PoolAccess access) {
    return false;
  }

  /**
   * Abandons a session as soon as its pool is there; durable when this returns.
   *
   * @throws io.holdfast.error.BackupException INVALID_VALUE, IO_FAILURE
   */
  void abandonLater(PoolAccess access, String sessionId);
}
