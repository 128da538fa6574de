package io.holdfast.server.pool;

import io.holdfast.agent.protocol.RebuildIndexRequest;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/**
 * POOL-02: a dedup pool's index can always be made anew from its packs. The pool does so by itself
 * when it finds it damaged; this is for people who want it. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PoolIndexService {
  @Inject PoolConnections connections;
  @Inject AgentGateway gateway;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;

  /**
   * Throws the index away and waits until it is made again. POOL_IN_USE while something uses the
   * pool; INVALID_VALUE for one that does not deduplicate. Needs POOL_MANAGE.
   */
  public void rebuild(PoolId id) {
    ResourceRef ref = ResourceRef.of(ResourceKind.POOL, id.value());
    policy.require(Permission.POOL_MANAGE, ref);
    StoragePool pool = connections.pool(id);
    if (pool.kind() != PoolKind.DEDUP) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "kind",
          "value",
          pool.kind(),
          "expected",
          PoolKind.DEDUP);
    }
    gateway
        .pools(pool.agent())
        .rebuildIndex(
            RebuildIndexRequest.newBuilder().setPool(connections.access(id)).build(),
            progress -> {});
    audit.record(AuditedAction.done("pool-index-rebuild", ref, pool.name()));
  }
}
