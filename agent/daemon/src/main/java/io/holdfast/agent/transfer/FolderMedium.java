package io.holdfast.agent.transfer;

import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;

/** Pools in folders of this host (POOL-01). */
public final class FolderMedium implements PoolMedium {
  private final Clock clock;

  public FolderMedium(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Pool open(Path folder, UUID poolId) {
    return FolderPool.open(folder, poolId, clock);
  }

  @Override
  public Pool create(Path folder, PoolSettings settings) {
    return FolderPool.create(folder, settings, clock);
  }
}
