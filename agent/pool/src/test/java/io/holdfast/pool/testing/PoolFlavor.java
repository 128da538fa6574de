package io.holdfast.pool.testing;

import io.holdfast.pool.key.PoolSecret;
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
  STANDARD(PoolKind.STANDARD, false),
  DEDUP(PoolKind.DEDUP, false),
  ENCRYPTED(PoolKind.DEDUP, true);

  /** Opens the encrypted ones: the quickest of the keys. */
  private static final String RECOVERY_KEY =
      "HFR1-000G-40R4-0M30-E209-185G-R38E-1W81-24GK-2GAH-C5RR-34D1-P70X-3RFM-DQBS";

  private final PoolKind kind;
  private final boolean encrypted;

  PoolFlavor(PoolKind kind, boolean encrypted) {
    this.kind = kind;
    this.encrypted = encrypted;
  }

  public boolean isDedup() {
    return kind == PoolKind.DEDUP;
  }

  private static PoolSecret secret() {
    return PoolSecret.recoveryKey(RECOVERY_KEY);
  }

  public Pool create(PoolFiles files, Path folder, UUID id, int chunkBytes) {
    PoolSettings settings = new PoolSettings(id, "p", chunkBytes, kind, encrypted);
    if (!encrypted) {
      return FolderPool.create(files, folder, settings, Clock.systemUTC());
    }
    try (PoolSecret secret = secret()) {
      return FolderPool.createEncrypted(files, folder, settings, secret, Clock.systemUTC()).pool();
    }
  }

  public Pool open(PoolFiles files, Path folder, UUID id) {
    if (!encrypted) {
      return FolderPool.open(files, folder, Optional.of(id), Clock.systemUTC());
    }
    try (PoolSecret secret = secret()) {
      return FolderPool.open(
          files, folder, Optional.of(id), Optional.of(secret), Clock.systemUTC());
    }
  }
}
