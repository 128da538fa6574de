package io.holdfast.pool.store;

import java.util.UUID;

/**
 * What is fixed when a pool is created.
 *
 * @param poolId the pool's identity, stored in every file of it
 * @param name for people
 * @param chunkBytes size of a chunk: a power of two, 64 KiB…8 MiB
 * @param kind whether it deduplicates
 * @param encrypted whether its chunks are encrypted (OPT-17)
 */
public record PoolSettings(
    UUID poolId, String name, int chunkBytes, PoolKind kind, boolean encrypted) {
  /** A standard pool. */
  public PoolSettings(UUID poolId, String name, int chunkBytes) {
    this(poolId, name, chunkBytes, PoolKind.STANDARD, false);
  }

  /** A pool that is not encrypted. */
  public PoolSettings(UUID poolId, String name, int chunkBytes, PoolKind kind) {
    this(poolId, name, chunkBytes, kind, false);
  }

  /** 1 MiB. */
  public static final int DEFAULT_CHUNK_BYTES = 1 << 20;

  /** 64 KiB. */
  public static final int MIN_CHUNK_BYTES = 1 << 16;

  /** 8 MiB. */
  public static final int MAX_CHUNK_BYTES = 1 << 23;
}
