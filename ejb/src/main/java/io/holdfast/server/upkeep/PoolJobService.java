package io.holdfast.server.upkeep;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolConnections;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Pool jobs as people handle them (POOL-10). What is started or stopped here is done by the next
 * tick; nothing waits for an agent. Thread-safe.
 *
 * <p>Errors of all methods: NOT_FOUND for an unknown id, FORBIDDEN by the caller's role.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PoolJobService {
  @Inject private PoolJobRepository jobs;
  @Inject private PoolJobEntry entry;
  @Inject private PoolConnections pools;
  @Inject private AccessPolicy access;
  @Inject private AuditService audit;
  @Inject private ShortTransaction transaction;
  @Inject private Clock clock;

  /**
   * Starts a job now. Needs POOL_UPKEEP.
   *
   * @throws BackupException POOL_JOB_RUNNING while one of that kind has not ended in the pool
   */
  public PoolJob start(PoolId pool, PoolJobKind kind, PoolJobWork work) {
    Caller caller = access.require(Permission.POOL_UPKEEP, ref(pool));
    return begin(pool, kind, work, caller.name());
  }

  /** As {@link #start}, in the name of the server: for plans. */
  PoolJob begin(PoolId poolId, PoolJobKind kind, PoolJobWork work, String startedBy) {
    StoragePool pool = transaction.call(() -> pools.pool(poolId));
    try {
      return transaction.call(
          () -> {
            if (jobs.active(poolId, kind).isPresent()) {
              throw BackupException.of(ErrorCode.POOL_JOB_RUNNING, "pool", pool.name());
            }
            return entry.add(pool, kind, work, startedBy);
          });
    } catch (PersistenceException another) {
      throw BackupException.causedBy(another, ErrorCode.POOL_JOB_RUNNING, "pool", pool.name());
    }
  }

  private static String name(PoolJobKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** Asks a job to end soon; one that has ended stays as it is. Needs POOL_UPKEEP. */
  public PoolJob stop(UUID jobId) {
    access.require(Permission.POOL_UPKEEP, ResourceRef.all(ResourceKind.POOL));
    get(jobId);
    return transaction.call(
        () -> {
          PoolJob job = jobs.lock(jobId).orElseThrow();
          if (!job.state().isEnded()) {
            job.stopping();
            audit.record(
                AuditedAction.done(
                        "pool-" + name(job.kind()) + "-stop", ref(job.pool()), job.poolName())
                    .with("job=" + jobId));
          }
          return job;
        });
  }

  /** Jobs of one pool or all, of one kind or both, newest first. Needs POOL_VIEW. */
  public Page<PoolJob> list(Optional<PoolId> pool, Optional<PoolJobKind> kind, PageRequest page) {
    access.require(
        Permission.POOL_VIEW,
        pool.map(PoolJobService::ref).orElse(ResourceRef.all(ResourceKind.POOL)));
    return transaction.call(() -> jobs.list(pool, kind, page));
  }

  /** One job. Needs POOL_VIEW. */
  public PoolJob get(UUID jobId) {
    access.require(Permission.POOL_VIEW, ResourceRef.all(ResourceKind.POOL));
    return transaction
        .call(() -> jobs.find(jobId))
        .orElseThrow(
            () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "pool job", "id", jobId));
  }

  /** What a verification found damaged. Needs POOL_VIEW. */
  public Page<PoolJobDamage> damage(UUID jobId, PageRequest page) {
    get(jobId);
    return transaction.call(() -> jobs.damage(jobId, page));
  }

  /** When jobs of a kind run in a pool by themselves. Needs POOL_VIEW. */
  public PoolJobPlan.Settings plan(PoolId pool, PoolJobKind kind) {
    access.require(Permission.POOL_VIEW, ref(pool));
    return transaction.call(
        () -> {
          pools.pool(pool);
          return jobs.plan(pool, kind)
              .map(PoolJobPlan::settings)
              .orElseGet(() -> PoolJobPlan.Settings.preset(kind));
        });
  }

  /**
   * Changes a plan; what was due before is not made up for. Needs POOL_UPKEEP.
   *
   * @param change of what holds now
   * @return what holds from now on
   */
  public PoolJobPlan.Settings define(
      PoolId pool, PoolJobKind kind, UnaryOperator<PoolJobPlan.Settings> change) {
    access.require(Permission.POOL_UPKEEP, ref(pool));
    return transaction.call(
        () -> {
          StoragePool known = pools.pool(pool);
          Optional<PoolJobPlan> plan = jobs.lockPlan(pool, kind);
          PoolJobPlan.Settings settings =
              change.apply(
                  plan.map(PoolJobPlan::settings)
                      .orElseGet(() -> PoolJobPlan.Settings.preset(kind)));
          plan.ifPresentOrElse(
              present -> present.define(settings, clock.instant()),
              () -> jobs.add(new PoolJobPlan(pool, kind, settings, clock.instant())));
          audit.record(
              AuditedAction.done("pool-" + name(kind) + "-plan", ref(pool), known.name())
                  .with("enabled=" + settings.enabled()));
          return settings;
        });
  }

  private static ResourceRef ref(PoolId id) {
    return ResourceRef.of(ResourceKind.POOL, id.value());
  }
}
