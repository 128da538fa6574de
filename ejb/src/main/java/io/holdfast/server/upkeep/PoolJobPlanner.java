package io.holdfast.server.upkeep;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.catalog.RestorePointRepository;
import io.holdfast.server.database.LeftoverLock;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolRepository;
import io.holdfast.server.pool.StoragePool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * Starts pool jobs whose time has come, and looks whether damage has healed when a backup came into
 * a pool with damaged restore points. A plan's row is locked while it is looked at: of several
 * servers one starts the job. What was due while no server ran is made up for once.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PoolJobPlanner {
  private static final Logger LOG = System.getLogger(PoolJobPlanner.class.getName());
  private static final String SYSTEM = "system";
  private static final int RECENT = 50;
  private static final Duration RECHECK_PAUSE = Duration.ofMinutes(1);

  @Inject PoolRepository pools;
  @Inject PoolJobRepository jobs;
  @Inject PoolJobEntry entry;
  @Inject PoolJobService service;
  @Inject RestorePointRepository points;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /** One tick. What goes wrong with one pool must not stop the others; it is tried again. */
  public void tick() {
    for (StoragePool pool : transaction.call(pools::all)) {
      for (PoolJobKind kind : PoolJobKind.values()) {
        attempt(
            kind + " in pool " + pool.name(), () -> transaction.run(() -> startDue(pool, kind)));
      }
    }
    for (PoolId pool : transaction.call(points::damagedPools)) {
      attempt("recheck of pool " + pool, () -> recheck(pool));
    }
  }

  private static void attempt(String what, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException failure) {
      LOG.log(Level.WARNING, "Planned pool job: " + what, failure);
      LeftoverLock.releaseAfter(failure);
    }
  }

  /** The time is taken with the job's row, in one transaction, or stays due. */
  private void startDue(StoragePool pool, PoolJobKind kind) {
    Optional<PoolJobPlan> plan = jobs.lockPlan(pool.id(), kind);
    if (plan.isEmpty()) {
      PoolJobPlan.Settings preset = PoolJobPlan.Settings.preset(kind);
      jobs.add(new PoolJobPlan(pool.id(), kind, preset, clock.instant()));
      return;
    }
    if (isRechecking(pool.id(), kind)
        || !plan.get().takeDue(clock.instant(), ZoneId.systemDefault())) {
      return;
    }
    PoolJobWork work = plan.get().settings().work();
    if (jobs.active(pool.id(), kind).isPresent()) {
      entry.addSkipped(pool, kind, work, SYSTEM);
    } else {
      entry.add(pool, kind, work, SYSTEM);
    }
  }

  /** A recheck is short: what is due meanwhile waits for its end and is not left out. */
  private boolean isRechecking(PoolId pool, PoolJobKind kind) {
    return jobs.active(pool, kind)
        .filter(job -> PoolJobWork.recheck().equals(job.work()))
        .isPresent();
  }

  /** The next backup heals; whether it did is looked at as soon as it is there. */
  private void recheck(PoolId pool) {
    Instant now = clock.instant();
    boolean wanted =
        transaction.call(
            () -> {
              Instant looked = lastLook(pool);
              boolean paused = looked.plus(RECHECK_PAUSE).isAfter(now);
              boolean active = jobs.active(pool, PoolJobKind.VERIFY).isPresent();
              return !paused
                  && !active
                  && points.newestRecorded(pool).filter(looked::isBefore).isPresent();
            });
    if (wanted) {
      beginRecheck(pool);
    }
  }

  /** When a verification began that was not left out. */
  private Instant lastLook(PoolId pool) {
    return jobs
        .list(Optional.of(pool), Optional.of(PoolJobKind.VERIFY), PageRequest.first(RECENT))
        .items()
        .stream()
        .filter(job -> job.state() != PoolJobState.SKIPPED)
        .findFirst()
        .map(PoolJob::createdAt)
        .orElse(Instant.EPOCH);
  }

  private void beginRecheck(PoolId pool) {
    try {
      service.begin(pool, PoolJobKind.VERIFY, PoolJobWork.recheck(), SYSTEM);
    } catch (BackupException running) {
      // Another server was first, or a person: that one looks.
      if (running.code() != ErrorCode.POOL_JOB_RUNNING) {
        throw running;
      }
    }
  }
}
