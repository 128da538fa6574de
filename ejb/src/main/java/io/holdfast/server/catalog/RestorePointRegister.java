package io.holdfast.server.catalog;

import io.holdfast.agent.protocol.RestorePointSummary;
import io.holdfast.server.pool.PoolId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/**
 * The catalog as runs write and ask it. No permission is asked here: the caller has asked for the
 * run. Joins the caller's transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class RestorePointRegister {
  @Inject RestorePointRepository points;
  @Inject Clock clock;

  /**
   * Records a point that is sealed in the pool; one that is recorded already is left as it is, so
   * this may be repeated after any crash.
   */
  public RestorePoint record(RestorePointSummary summary, PoolId pool) {
    return points
        .byId(new RestorePointId(summary.getRestorePointId()))
        .orElseGet(
            () -> {
              RestorePoint point = new RestorePoint(summary, pool, clock.instant());
              points.add(point);
              return point;
            });
  }

  /** The point, when it is recorded. */
  public Optional<RestorePoint> find(RestorePointId id) {
    return points.byId(id);
  }

  /** The newest sealed point of a VM in a pool: base of an incremental. */
  public Optional<RestorePoint> newest(PoolId pool, VmRef vm) {
    return points.newest(pool, vm, Optional.empty());
  }

  /** The newest sealed point that a job made of a VM, in any pool. */
  public Optional<RestorePoint> newestOfJob(String policyId, VmRef vm) {
    return points.newestOfJob(policyId, vm);
  }

  /**
   * The points of a platform's VMs in a pool that later backups of these jobs may count from; of a
   * VM that none of them has backed up there yet, none.
   */
  public Set<String> bases(String platformId, PoolId pool, Set<String> policyIds) {
    return points.bases(platformId, pool, policyIds);
  }

  /** The newest sealed full of a VM in a pool: base of a differential. */
  public Optional<RestorePoint> newestFull(PoolId pool, VmRef vm) {
    return points.newest(pool, vm, Optional.of(RestorePointType.FULL));
  }
}
