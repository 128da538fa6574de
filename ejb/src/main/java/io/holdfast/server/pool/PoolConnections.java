package io.holdfast.server.pool;

import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/**
 * How the server's own work reaches a pool. No permission is asked here: the caller has asked for
 * the operation it serves. Thread-safe.
 */
@ApplicationScoped
public class PoolConnections {
  @Inject PoolRepository pools;

  /** The pool's row; NOT_FOUND. */
  public StoragePool pool(PoolId id) {
    return pools
        .byId(id)
        .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "pool", "id", id));
  }

  /** Id and folder for the pool's agent; NOT_FOUND. */
  public PoolAccess access(PoolId id) {
    return accessOf(pool(id));
  }

  /** The agent that owns the pool; NOT_FOUND. */
  public AgentId agent(PoolId id) {
    return pool(id).agent();
  }

  static PoolAccess accessOf(StoragePool pool) {
    return PoolAccess.newBuilder().setPoolId(pool.id().value()).setFolder(pool.folder()).build();
  }
}
