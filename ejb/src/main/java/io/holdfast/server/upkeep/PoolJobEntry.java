package io.holdfast.server.upkeep;

import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Locale;

/** Writes new pool jobs and that somebody started them. Joins the caller's transaction. */
@ApplicationScoped
public class PoolJobEntry {
  @Inject PoolJobRepository jobs;
  @Inject AuditService audit;
  @Inject Clock clock;

  /**
   * Adds a job that waits for its agent.
   *
   * @throws jakarta.persistence.PersistenceException when one of its kind has not ended in the pool
   */
  PoolJob add(StoragePool pool, PoolJobKind kind, PoolJobWork work, String startedBy) {
    PoolJob job = new PoolJob(pool, kind, work, startedBy, clock.instant());
    jobs.add(job);
    audit.record(
        AuditedAction.done(
                "pool-" + kind.name().toLowerCase(Locale.ROOT),
                ResourceRef.of(ResourceKind.POOL, pool.id().value()),
                pool.name())
            .with(work.dryRun() ? "dry run" : "job=" + job.id()));
    return job;
  }

  /** Notes that a job was due and left out, because one of its kind had not ended. */
  void addSkipped(StoragePool pool, PoolJobKind kind, PoolJobWork work, String startedBy) {
    PoolJob skipped = new PoolJob(pool, kind, work, startedBy, clock.instant());
    skipped.skip(clock.instant());
    jobs.add(skipped);
  }
}
