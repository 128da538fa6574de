package io.holdfast.pool.store;

import java.util.UUID;

/**
 * What is fixed when a pool is created.
 *
 * @param poolId the pool's identity, stored in every file of it
 * @param name for people
 * @param chunkBytes size of a chunk: a power of two, 64 KiB…8 MiB
 * @param kind whether it deduplicates
 */
public record PoolSettings(UUID poolId, String name, int chunkBytes, PoolKind kind) {
  /** A standard pool. */
  public PoolSettings(UUID poolId, String name, int chunkBytes) {
    this(poolId, name, chunkBytes, PoolKind.STANDARD);
  }

  /** 1 MiB. */
  public static final int DEFAULT_CHUNK_BYTES = 1 << 20;

  /** 64 KiB. */
  public static final int MIN_CHUNK_BYTES = 1 << 16;

  /** 8 MiB. */
  public static final int MAX_CHUNK_BYTES = 1 << 23;
}
