package io.holdfast.pool.testing;

import io.holdfast.pool.medium.PoolFiles;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/** The kinds of pools that have to keep the same promises. */
public enum PoolFlavor {
  STANDARD(PoolKind.STANDARD),
  DEDUP(PoolKind.DEDUP);

  private final PoolKind kind;

  PoolFlavor(PoolKind kind) {
    this.kind = kind;
  }

  public boolean isDedup() {
    return kind == PoolKind.DEDUP;
  }

  public Pool create(PoolFiles files, Path folder, UUID id, int chunkBytes) {
    return FolderPool.create(
        files, folder, new PoolSettings(id, "p", chunkBytes, kind), Clock.systemUTC());
  }

  public Pool open(PoolFiles files, Path folder, UUID id) {
    return FolderPool.open(files, folder, Optional.of(id), Clock.systemUTC());
  }
}
