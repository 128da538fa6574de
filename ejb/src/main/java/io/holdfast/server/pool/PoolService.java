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
  @Inject AgentGateway gateway;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;
  @Inject UsageCheck usage;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /**
   * Makes a pool on its agent and records it. FIELD_MISSING, INVALID_VALUE, VALUE_OUT_OF_RANGE,
   * ALREADY_EXISTS for the name, else what the agent says (POOL_EXISTS, POOL_FOLDER_NOT_EMPTY…).
   * Needs POOL_MANAGE. A crash after the agent made it leaves a folder with an empty pool, which
   * {@link #adopt} takes in.
   */
  public StoragePool create(NewPool wanted) {
    policy.require(Permission.POOL_MANAGE, ResourceRef.all(ResourceKind.POOL));
    PoolRules.check(wanted);
    PoolId id = PoolId.random();
    transaction.run(() -> requireNameFree(wanted.name()));
    PoolAccess access =
        PoolAccess.newBuilder().setPoolId(id.value()).setFolder(wanted.folder()).build();
    PoolStatus made =
        gateway
            .pools(wanted.agent())
            .createPool(
                CreatePoolRequest.newBuilder()
                    .setPool(access)
                    .setName(wanted.name())
                    .setChunkBytes(wanted.chunkBytes())
                    .setKind(wanted.kind().toProtocol())
                    .build());
    return store(new StoragePool(id, wanted, made, clock.instant()), "pool-create");
  }

  /**
   * Takes in a pool that exists already on an agent, as after the loss of this server. Errors as
   * {@link #create}, POOL_ID_MISMATCH. Needs POOL_MANAGE.
   */
  public StoragePool adopt(PoolId id, NewPool existing) {
    policy.require(Permission.POOL_MANAGE, ResourceRef.all(ResourceKind.POOL));
    PoolRules.check(existing);
    transaction.run(() -> requireNameFree(existing.name()));
    PoolAccess access =
        PoolAccess.newBuilder().setPoolId(id.value()).setFolder(existing.folder()).build();
    PoolStatus found =
        gateway
            .pools(existing.agent())
            .describePool(DescribePoolRequest.newBuilder().setPool(access).build());
    return store(new StoragePool(id, existing, found, clock.instant()), "pool-adopt");
  }

  /** All pools by name, without asking their agents. Needs POOL_VIEW. */
  public List<StoragePool> list() {
    policy.require(Permission.POOL_VIEW, ResourceRef.all(ResourceKind.POOL));
    return pools.all();
  }

  /** All pools with their fill now; an agent that is away leaves a problem, not an error. */
  public List<PoolView> listWithStatus() {
    return list().stream().map(this::view).toList();
  }

  /** One pool with its fill now; NOT_FOUND. Needs POOL_VIEW. */
  public PoolView get(PoolId id) {
    policy.require(Permission.POOL_VIEW, ref(id));
    return view(connections.pool(id));
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

  private StoragePool store(StoragePool pool, String action) {
    transaction.run(
        () -> {
          requireNameFree(pool.name());
          pools.add(pool);
          audit.record(AuditedAction.done(action, ref(pool.id()), pool.name()).with(pool.folder()));
        });
    return pool;
  }

  private PoolView view(StoragePool pool) {
    try {
      PoolStatus status =
          gateway
              .pools(pool.agent())
              .describePool(
                  DescribePoolRequest.newBuilder().setPool(PoolConnections.accessOf(pool)).build());
      return new PoolView(pool, Optional.of(status), Optional.empty());
    } catch (BackupException problem) {
      return new PoolView(pool, Optional.empty(), Optional.of(problem));
    }
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
