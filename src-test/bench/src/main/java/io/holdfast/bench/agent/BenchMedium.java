package io.holdfast.bench.agent;

import io.holdfast.agent.transfer.PoolMedium;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;

/**
 * Dedup pools in folders; those in a folder called {@value #ENCRYPTED} are encrypted by a key file
 * beside it. Thread-safe.
 */
final class BenchMedium implements PoolMedium {
  static final String ENCRYPTED = "pool-encrypted";
  private static final int KEY_BYTES = 32;

  private final Clock clock;

  BenchMedium(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Pool open(Path folder, UUID poolId) {
    if (!folder.endsWith(ENCRYPTED)) {
      return FolderPool.open(folder, poolId, clock);
    }
    try (PoolSecret secret = secret(folder)) {
      return FolderPool.open(
          new LocalFiles(folder), folder, Optional.of(poolId), Optional.of(secret), clock);
    }
  }

  @Override
  public FolderPool.Created create(Path folder, PoolSettings wanted, Optional<PoolSecret> ignored) {
    boolean encrypted = folder.endsWith(ENCRYPTED);
    PoolSettings settings =
        new PoolSettings(
            wanted.poolId(), wanted.name(), wanted.chunkBytes(), PoolKind.DEDUP, encrypted);
    if (!encrypted) {
      return new FolderPool.Created(FolderPool.create(folder, settings, clock), Optional.empty());
    }
    try (PoolSecret secret = secret(folder)) {
      return FolderPool.createEncrypted(new LocalFiles(folder), folder, settings, secret, clock);
    }
  }

  private static PoolSecret secret(Path folder) {
    Path file = folder.resolveSibling("pool.key");
    try {
      if (!Files.exists(file)) {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Files.write(file, key);
      }
      return PoolSecret.keyFile(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
