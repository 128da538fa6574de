package io.holdfast.server.catalog;

import io.holdfast.agent.protocol.ListRestorePointsRequest;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.pool.PoolConnections;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Rebuilds the catalog of a pool from the pool itself. Repeatable at any time. Thread-safe. */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PoolImport {
  private static final int BATCH = 200;

  @Inject RestorePointRepository points;
  @Inject RestorePointRegister register;
  @Inject PoolConnections pools;
  @Inject AgentGateway gateway;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;
  @Inject ShortTransaction transaction;
  @Inject Event<PoolImported> imported;

  /**
   * Records every restore point of the pool that is not recorded and returns how many those were;
   * what is recorded stays. Needs POOL_MANAGE; errors of pool and agent. A crash leaves a part
   * recorded; the next call goes on.
   */
  public int importPool(PoolId id) {
    ResourceRef ref = ResourceRef.of(ResourceKind.POOL, id.value());
    policy.require(Permission.POOL_MANAGE, ref);
    StoragePool pool = pools.pool(id);
    Set<String> known = new HashSet<>(points.idsIn(id));
    List<RestorePointSummary> fresh = new ArrayList<>();
    gateway
        .pools(pool.agent())
        .listRestorePoints(
            ListRestorePointsRequest.newBuilder().setPool(pools.access(id)).build(),
            summary -> {
              if (!known.contains(summary.getRestorePointId())) {
                fresh.add(summary);
              }
            });
    for (int from = 0; from < fresh.size(); from += BATCH) {
      List<RestorePointSummary> part = fresh.subList(from, Math.min(fresh.size(), from + BATCH));
      transaction.run(() -> part.forEach(summary -> register.record(summary, id)));
    }
    audit.record(
        AuditedAction.done("pool-import", ref, pool.name()).with("points=" + fresh.size()));
    imported.fire(new PoolImported(id));
    return fresh.size();
  }
}
