package io.holdfast.server.catalog;

import io.holdfast.agent.protocol.DamagedManifest;
import io.holdfast.agent.protocol.DescribePoolRequest;
import io.holdfast.agent.protocol.ListRestorePointsRequest;
import io.holdfast.agent.protocol.PoolAccess;
import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.PoolsClient;
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
   * What an import did.
   *
   * @param recorded restore points that the catalog did not have
   * @param known those it had; they stay as they are
   * @param damaged those whose manifest cannot be read, as many as the agent names
   */
  public record Imported(int recorded, int known, List<DamagedManifest> damaged) {
    public Imported {
      damaged = List.copyOf(damaged);
    }
  }

  /**
   * Records every restore point of the pool that is not recorded. Damaged manifests are named, the
   * others come in. Needs POOL_MANAGE; errors of pool and agent. A crash leaves a part recorded;
   * the next call goes on.
   */
  public Imported importPool(PoolId id) {
    ResourceRef ref = ResourceRef.of(ResourceKind.POOL, id.value());
    policy.require(Permission.POOL_MANAGE, ref);
    StoragePool pool = pools.pool(id);
    PoolAccess access = pools.access(id);
    PoolsClient agent = gateway.pools(pool.agent());
    Portions portions = new Portions(id, new HashSet<>(points.idsIn(id)));
    agent.listRestorePoints(
        ListRestorePointsRequest.newBuilder().setPool(access).build(), portions::take);
    portions.record();
    List<DamagedManifest> damaged =
        agent
            .describePool(DescribePoolRequest.newBuilder().setPool(access).build())
            .getDamagedList();
    audit.record(
        AuditedAction.done("pool-import", ref, pool.name())
            .with("points=" + portions.recorded + ", damaged=" + damaged.size()));
    imported.fire(new PoolImported(id));
    return new Imported(portions.recorded, portions.seen - portions.recorded, damaged);
  }

  /** Restore points as they come, recorded by {@value #BATCH}: a pool may hold very many. */
  private final class Portions {
    private final PoolId pool;
    private final Set<String> known;
    private final List<RestorePointSummary> waiting = new ArrayList<>();
    private int seen;
    private int recorded;

    private Portions(PoolId pool, Set<String> known) {
      this.pool = pool;
      this.known = known;
    }

    private void take(RestorePointSummary summary) {
      seen++;
      if (known.contains(summary.getRestorePointId())) {
        return;
      }
      waiting.add(summary);
      if (waiting.size() == BATCH) {
        record();
      }
    }

    private void record() {
      transaction.run(() -> waiting.forEach(summary -> register.record(summary, pool)));
      recorded += waiting.size();
      waiting.clear();
    }
  }
}
