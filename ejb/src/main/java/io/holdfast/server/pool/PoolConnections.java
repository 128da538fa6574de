package io.holdfast.server.pool;

import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.security.SecretVault;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * How the server's own work reaches a pool. No permission is asked here: the caller has asked for
 * the operation it serves. Thread-safe.
 */
@ApplicationScoped
public class PoolConnections {
  @Inject PoolRepository pools;
  @Inject AgentGateway gateway;
  @Inject SecretVault vault;

  /** The pool's row; NOT_FOUND. */
  public StoragePool pool(PoolId id) {
    return pools
        .byId(id)
        .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "pool", "id", id));
  }

  /**
   * Id, folder, quota and secret for an agent; for one call, never to be stored or logged. An
   * encrypted pool without a stored secret comes without one: the agent says POOL_KEY_NEEDED where
   * it matters. NOT_FOUND, SECRET_UNREADABLE.
   */
  public PoolAccess access(PoolId id) {
    return opening(pool(id));
  }

  /** The agent that owns the pool; NOT_FOUND. */
  public AgentId agent(PoolId id) {
    return pool(id).agent();
  }

  private PoolAccess opening(StoragePool pool) {
    PoolAccess.Builder access = named(pool).toBuilder();
    pool.sealedKey()
        .ifPresent(
            locked -> {
              String value = vault.open(pool.id().value(), pool.name(), locked);
              PoolKey key = new PoolKey(pool.keyKind().orElseThrow(), value);
              access.setSecret(key.toProtocol());
            });
    return access.build();
  }

  /** All but the secret. */
  static PoolAccess named(StoragePool pool) {
    return PoolAccess.newBuilder()
        .setPoolId(pool.id().value())
        .setFolder(pool.folder())
        .setPoolName(pool.name())
        .setQuotaBytes(pool.limits().quotaBytes())
        .build();
  }

  /** What the pool's agent says of it now; a secret that cannot be read is a missing one. */
  PoolView view(StoragePool pool) {
    try {
      PoolStatus status =
          gateway
              .pools(pool.agent())
              .describePool(DescribePoolRequest.newBuilder().setPool(readable(pool)).build());
      return new PoolView(pool, Optional.of(status), Optional.empty());
    } catch (BackupException problem) {
      return new PoolView(pool, Optional.empty(), Optional.of(problem));
    }
  }

  private PoolAccess readable(StoragePool pool) {
    try {
      return opening(pool);
    } catch (BackupException unreadable) {
      if (unreadable.code() != ErrorCode.SECRET_UNREADABLE) {
        throw unreadable;
      }
      return named(pool);
    }
  }
}
