package io.holdfast.agent.transfer;

import io.holdfast.pool.store.TransferPool;
import java.util.UUID;

/** A pool in use by a backup or a restore, on this agent or another. */
public interface PoolUse extends AutoCloseable {

  TransferPool pool();

  /**
   * What the pool's sessions work with: workers of their own where they may have to wait for
   * another host, so that nobody else waits with them.
   */
  default TransferResources resources(TransferResources shared) {
    return shared;
  }

  /** Whether a lost connection is waited for: who waits is not idle. */
  default boolean isWaiting() {
    return false;
  }

  /**
   * Does nothing while the pool may store more (POOL-08). Of a pool on another agent it is that
   * agent which asks, with each extent.
   *
   * @throws io.holdfast.error.BackupException POOL_QUOTA_REACHED
   */
  default void requireRoom() {}

  /** So much more is in packs. */
  default void stored(long bytes) {}

  /**
   * To be called before a session is begun or opened again: from now on it is this use's, and is
   * closed with it unless another use has taken it up since. A pool on another agent is told by
   * what follows.
   */
  default void takeUp(UUID sessionId) {}

  /** Sessions that were taken up stay resumable. Idempotent, throws nothing. */
  @Override
  void close();
}
