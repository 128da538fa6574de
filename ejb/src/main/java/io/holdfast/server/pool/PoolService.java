package io.holdfast.server.pool;

import io.holdfast.agent.protocol.CreatePoolRequest;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.resource.UsageCheck;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import io.holdfast.server.security.SecretVault;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * POOL-01: pools as people keep them. Methods that ask an agent must not be called in a
 * transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PoolService {
  @Inject PoolRepository pools;
  @Inject PoolConnections connections;
  @Inject PoolWatch watch;
  @Inject SecretVault vault;
  @Inject AgentGateway gateway;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;
  @Inject UsageCheck usage;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /**
   * Makes a pool on its agent and records it; an encrypted one with its secret, sealed.
   * FIELD_MISSING, INVALID_VALUE, VALUE_OUT_OF_RANGE, PASSPHRASE_TOO_SHORT, ALREADY_EXISTS for the
   * name, else what the agent says (POOL_EXISTS, POOL_FOLDER_NOT_EMPTY…). Needs POOL_MANAGE. A
   * crash after the agent made it leaves a folder with an empty pool, which {@link #attach} takes
   * in.
   */
  public CreatedPool create(NewPool wanted) {
    policy.require(Permission.POOL_MANAGE, ResourceRef.all(ResourceKind.POOL));
    PoolRules.check(wanted);
    wanted.key().ifPresent(PoolKey::checkNew);
    PoolId id = PoolId.random();
    transaction.run(() -> requireNameFree(wanted.name()));
    PoolStatus made =
        gateway
            .pools(wanted.agent())
            .createPool(
                CreatePoolRequest.newBuilder()
                    .setPool(access(id.value(), wanted))
                    .setName(wanted.name())
                    .setChunkBytes(wanted.chunkBytes())
                    .setKind(wanted.kind().toProtocol())
                    .setEncrypted(wanted.key().isPresent())
                    .build());
    StoragePool pool =
        store(new StoragePool(id, wanted, made, clock.instant()), wanted, "pool-create");
    return new CreatedPool(pool, Optional.of(made.getRecoveryKey()).filter(key -> !key.isEmpty()));
  }

  private static PoolAccess access(String id, NewPool pool) {
    PoolAccess.Builder access = PoolAccess.newBuilder().setPoolId(id).setFolder(pool.folder());
    pool.key().map(PoolKey::toProtocol).ifPresent(access::setSecret);
    return access.build();
  }

  /**
   * Takes in a pool that exists already on an agent, as after the loss of this server (OPS-02): the
   * folder and, when it is encrypted, one of its secrets is all that is needed. Errors as {@link
   * #create}; ALREADY_EXISTS naming the pool when the server has it; POOL_ID_MISMATCH when another
   * one was expected; POOL_KEY_NEEDED, POOL_KEY_WRONG; FORMAT_TOO_NEW, FORMAT_TOO_OLD. Needs
   * POOL_MANAGE.
   *
   * @param expected empty: whatever pool is there
   */
  public StoragePool attach(Optional<PoolId> expected, NewPool existing) {
    policy.require(Permission.POOL_MANAGE, ResourceRef.all(ResourceKind.POOL));
    PoolRules.check(existing);
    existing.key().ifPresent(PoolKey::check);
    transaction.run(() -> requireNameFree(existing.name()));
    PoolStatus found =
        gateway
            .pools(existing.agent())
            .describePool(
                DescribePoolRequest.newBuilder()
                    .setPool(access(expected.map(PoolId::value).orElse(""), existing))
                    .build());
    requireOpens(found, existing.folder());
    PoolId id = new PoolId(found.getPoolId());
    transaction.run(() -> requireUnknown(id, existing));
    return store(new StoragePool(id, existing, found, clock.instant()), existing, "pool-attach");
  }

  private static void requireOpens(PoolStatus found, String folder) {
    switch (found.getKey()) {
      case POOL_KEY_MISSING ->
          throw BackupException.of(ErrorCode.POOL_KEY_NEEDED, "folder", folder);
      case POOL_KEY_REFUSED, POOL_KEY_UNREADABLE ->
          throw BackupException.of(ErrorCode.POOL_KEY_WRONG, "folder", folder);
      case POOL_KEY_STATE_UNSPECIFIED, POOL_KEY_NOT_ENCRYPTED, POOL_KEY_OPENS, UNRECOGNIZED -> {}
    }
  }

  private void requireUnknown(PoolId id, NewPool wanted) {
    pools
        .sameAs(id, wanted.agent(), wanted.folder())
        .ifPresent(
            there -> {
              throw BackupException.of(
                  ErrorCode.ALREADY_EXISTS, "what", "pool", "name", there.name());
            });
  }

  /**
   * Sets quota and alarms of a pool (POOL-08); a lower quota holds at once, also for backups that
   * run. VALUE_OUT_OF_RANGE, NOT_FOUND. Needs POOL_MANAGE.
   */
  public PoolView limit(PoolId id, PoolLimits limits) {
    policy.require(Permission.POOL_MANAGE, ref(id));
    limits.check();
    StoragePool changed =
        transaction.call(
            () -> {
              StoragePool pool = connections.pool(id);
              pool.limit(limits);
              audit.record(
                  AuditedAction.done("pool-limit", ref(id), pool.name()).with(limits.toString()));
              return pool;
            });
    return watch.look(changed);
  }

  /** All pools by name, without asking their agents. Needs POOL_VIEW. */
  public List<StoragePool> list() {
    policy.require(Permission.POOL_VIEW, ResourceRef.all(ResourceKind.POOL));
    return pools.all();
  }

  /** All pools with their fill now; an agent that is away leaves a problem, not an error. */
  public List<PoolView> listWithStatus() {
    return list().stream().map(connections::view).toList();
  }

  /** One pool with its fill now; NOT_FOUND. Needs POOL_VIEW. */
  public PoolView get(PoolId id) {
    policy.require(Permission.POOL_VIEW, ref(id));
    return connections.view(connections.pool(id));
  }

  /**
   * Forgets a pool; its folder and what is in it stay. RESOURCE_IN_USE while jobs or restore points
   * need it. Needs POOL_MANAGE.
   */
  public void remove(PoolId id) {
    policy.require(Permission.POOL_MANAGE, ref(id));
    transaction.run(
        () -> {
          StoragePool pool = connections.pool(id);
          usage.requireUnused(ref(id), pool.name());
          pools.remove(pool);
          audit.record(AuditedAction.done("pool-remove", ref(id), pool.name()));
        });
  }

  private StoragePool store(StoragePool pool, NewPool given, String action) {
    given
        .key()
        .filter(key -> pool.encrypted())
        .ifPresent(key -> pool.keepKey(key.kind(), vault.seal(pool.id().value(), key.value())));
    transaction.run(
        () -> {
          requireNameFree(pool.name());
          pools.add(pool);
          audit.record(AuditedAction.done(action, ref(pool.id()), pool.name()).with(pool.folder()));
        });
    return pool;
  }

  private void requireNameFree(String name) {
    if (pools.byName(name).isPresent()) {
      throw BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "pool", "name", name);
    }
  }

  private static ResourceRef ref(PoolId id) {
    return ResourceRef.of(ResourceKind.POOL, id.value());
  }
}
