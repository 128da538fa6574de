package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
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
  public FolderPool.Created create(
      Path folder, PoolSettings settings, Optional<PoolSecret> secret) {
    if (!settings.encrypted()) {
      return new FolderPool.Created(FolderPool.create(folder, settings, clock), Optional.empty());
    }
    PoolSecret opening =
        secret.orElseThrow(() -> BackupException.of(ErrorCode.POOL_KEY_NEEDED, "folder", folder));
    return FolderPool.createEncrypted(new LocalFiles(folder), folder, settings, opening, clock);
  }
}
