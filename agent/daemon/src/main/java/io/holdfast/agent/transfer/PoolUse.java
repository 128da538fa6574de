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

  /** Idempotent, throws nothing. */
  @Override
  void close();
}
