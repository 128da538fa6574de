package io.holdfast.server.pool;

import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.server.agent.AgentId;
import java.time.Instant;
import java.util.UUID;

/** Pools that are in no database. */
public final class PoolFixture {
  private PoolFixture() {}

  /** A standard pool of an agent of its own. */
  public static StoragePool pool(String name) {
    NewPool wanted =
        new NewPool(
            name,
            new AgentId(UUID.randomUUID().toString()),
            "/pools/" + name,
            NewPool.DEFAULT_CHUNK_BYTES,
            PoolKind.STANDARD);
    PoolStatus made =
        PoolStatus.newBuilder()
            .setChunkBytes(NewPool.DEFAULT_CHUNK_BYTES)
            .setKind(io.holdfast.agent.protocol.PoolKind.POOL_KIND_STANDARD)
            .build();
    return new StoragePool(PoolId.random(), wanted, made, Instant.parse("2026-11-21T03:00:00Z"));
  }
}
