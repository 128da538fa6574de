package io.holdfast.agent.transfer;

import io.holdfast.pool.store.TransferPool;

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

  /** Idempotent, throws nothing. */
  @Override
  void close();
}
