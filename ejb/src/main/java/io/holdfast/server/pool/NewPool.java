package io.holdfast.server.pool;

import io.holdfast.server.agent.AgentId;
import java.util.Optional;

/**
 * POOL-01: a pool to be made.
 *
 * @param name 1…128 characters, unique
 * @param agent the storage agent whose folder it is
 * @param folder absolute path on that agent
 * @param chunkBytes 64 KiB…8 MiB, a power of two; usually {@link #DEFAULT_CHUNK_BYTES}
 * @param kind STANDARD or DEDUP (POOL-02); of a pool that is taken in, its own kind counts
 * @param key of a pool to be made: encrypts it (OPT-17); of a pool that is taken in: opens it
 */
public record NewPool(
    String name,
    AgentId agent,
    String folder,
    int chunkBytes,
    PoolKind kind,
    Optional<PoolKey> key) {

  /** One that is not encrypted. */
  public NewPool(String name, AgentId agent, String folder, int chunkBytes, PoolKind kind) {
    this(name, agent, folder, chunkBytes, kind, Optional.empty());
  }

  public static final int DEFAULT_CHUNK_BYTES = 1 << 20;
  public static final int MIN_CHUNK_BYTES = 64 << 10;
  public static final int MAX_CHUNK_BYTES = 8 << 20;
}
