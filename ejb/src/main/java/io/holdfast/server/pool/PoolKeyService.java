package io.holdfast.server.pool;

import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolKeyState;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.agent.protocol.RemovePoolKeyRequest;
import io.holdfast.agent.protocol.ReplacePoolKeyRequest;
import io.holdfast.agent.protocol.ReplaceRecoveryKeyRequest;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.PoolsClient;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import io.holdfast.server.security.SecretVault;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/**
 * OPT-17: the keys of encrypted pools. The server keeps one secret of each pool, sealed. Needs
 * POOL_MANAGE; asks the agent, so never to be called in a transaction. What is changed in the pool
 * and in the database cannot be changed in one step: when the second fails, the pool has the new
 * key and {@link #enter} gives it to the server. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PoolKeyService {
  @Inject PoolConnections connections;
  @Inject AgentGateway gateway;
  @Inject SecretVault vault;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;
  @Inject ShortTransaction transaction;

  /**
   * Gives the server a secret that opens the pool already: after its loss, or a change elsewhere.
   * POOL_KEY_WRONG when it does not; POOL_NOT_ENCRYPTED.
   */
  public void enter(PoolId id, PoolKey key) {
    StoragePool pool = require(id);
    key.check();
    requireOpens(pool, key);
    keep(id, key, "pool-key-enter");
  }

  /**
   * Makes a new passphrase or key file the only one of its kind; the server uses it from then on.
   * PASSPHRASE_TOO_SHORT, POOL_KEY_NEEDED, POOL_KEY_WRONG.
   */
  public void replace(PoolId id, PoolKey key) {
    StoragePool pool = require(id);
    key.checkNew();
    try {
      pools(pool)
          .replacePoolKey(
              ReplacePoolKeyRequest.newBuilder()
                  .setPool(connections.access(id))
                  .setNewSecret(key.toProtocol())
                  .build());
    } catch (BackupException failed) {
      // The answer may be lost and the key set: then the pool opens with it.
      if (!opens(pool, key)) {
        throw failed;
      }
    }
    keep(id, key, "pool-key-replace");
  }

  /**
   * Removes the secrets of a kind. POOL_LAST_KEY; POOL_KEY_IN_USE for the one that the server opens
   * the pool with.
   */
  public void remove(PoolId id, PoolKeyKind kind) {
    StoragePool pool = require(id);
    if (pool.keyKind().filter(kind::equals).isPresent()) {
      throw BackupException.of(ErrorCode.POOL_KEY_IN_USE, "key", kind, "pool", pool.name());
    }
    pools(pool)
        .removePoolKey(
            RemovePoolKeyRequest.newBuilder()
                .setPool(connections.access(id))
                .setKind(kind.toProtocol())
                .build());
    note(pool, "pool-key-remove", kind);
  }

  /** Makes a new recovery key, the old one opens the pool no more; to be shown once. */
  public String newRecoveryKey(PoolId id) {
    StoragePool pool = require(id);
    if (pool.keyKind().filter(PoolKeyKind.RECOVERY_KEY::equals).isPresent()) {
      throw BackupException.of(
          ErrorCode.POOL_KEY_IN_USE, "key", PoolKeyKind.RECOVERY_KEY, "pool", pool.name());
    }
    String made =
        pools(pool)
            .replaceRecoveryKey(
                ReplaceRecoveryKeyRequest.newBuilder().setPool(connections.access(id)).build())
            .getRecoveryKey();
    note(pool, "pool-recovery-key", PoolKeyKind.RECOVERY_KEY);
    return made;
  }

  private StoragePool require(PoolId id) {
    policy.require(Permission.POOL_MANAGE, ResourceRef.of(ResourceKind.POOL, id.value()));
    StoragePool pool = connections.pool(id);
    if (!pool.encrypted()) {
      throw BackupException.of(ErrorCode.POOL_NOT_ENCRYPTED, "folder", pool.folder());
    }
    return pool;
  }

  private PoolsClient pools(StoragePool pool) {
    return gateway.pools(pool.agent());
  }

  private void requireOpens(StoragePool pool, PoolKey key) {
    if (!opens(pool, key)) {
      throw BackupException.of(ErrorCode.POOL_KEY_WRONG, "folder", pool.folder());
    }
  }

  private boolean opens(StoragePool pool, PoolKey key) {
    PoolAccess access = PoolConnections.named(pool).toBuilder().setSecret(key.toProtocol()).build();
    PoolStatus status =
        pools(pool).describePool(DescribePoolRequest.newBuilder().setPool(access).build());
    return status.getKey() == PoolKeyState.POOL_KEY_OPENS;
  }

  private void keep(PoolId id, PoolKey key, String action) {
    String sealed = vault.seal(id.value(), key.value());
    transaction.run(
        () -> {
          StoragePool pool = connections.pool(id);
          pool.keepKey(key.kind(), sealed);
          audit.record(AuditedAction.done(action, ref(id), pool.name()).with(key.kind().name()));
        });
  }

  private void note(StoragePool pool, String action, PoolKeyKind kind) {
    transaction.run(
        () ->
            audit.record(
                AuditedAction.done(action, ref(pool.id()), pool.name()).with(kind.name())));
  }

  private static ResourceRef ref(PoolId id) {
    return ResourceRef.of(ResourceKind.POOL, id.value());
  }
}
