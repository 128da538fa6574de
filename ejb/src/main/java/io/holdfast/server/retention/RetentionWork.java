package io.holdfast.server.retention;

import io.holdfast.agent.protocol.RetentionReport;
import io.holdfast.agent.protocol.RetentionVerdict;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.catalog.RestorePointId;
import io.holdfast.server.catalog.RestorePointRepository;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.policy.Retention;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolRepository;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.run.BackgroundWork;
import io.holdfast.server.run.TaskLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Applies retention where a backup has succeeded (POOL-09): never before, and nothing goes when a
 * later one failed meanwhile. The pool does it and says what it did; rows follow. What could not be
 * done now is tried again, and one whose agent is away waits as long as that takes; an immutable
 * period that was promised is never given up. Asks agents: never inside a transaction. Thread-safe;
 * in one pool one thread at a time works, and a pool whose agent is slow keeps no other waiting.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class RetentionWork {
  private static final Logger LOG = System.getLogger(RetentionWork.class.getName());
  private static final int PORTION = 200;
  private static final int MOST_ATTEMPTS = 200;
  private static final Duration PAUSE_NO_POOL = Duration.ofHours(1);
  private static final Duration PAUSE = Duration.ofMinutes(2);
  private static final Duration PAUSE_IN_USE = Duration.ofMinutes(10);

  /** What a pool job waits for the timer's work in its pool before it lets its thread go. */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  /** The timer and a pool job must not do the same at the same time. */
  private final Map<PoolId, ReentrantLock> alone = new ConcurrentHashMap<>();

  @Inject RetentionDueRepository due;
  @Inject RetentionQuestion question;
  @Inject PolicyRepository policies;
  @Inject PoolRepository pools;
  @Inject RestorePointRepository points;
  @Inject TaskLifecycle tasks;
  @Inject AuditService audit;
  @Inject BackgroundWork background;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /** One tick: what is due now is applied pool by pool, side by side. */
  public void tick() {
    for (PoolId pool : transaction.call(() -> due.duePools(clock.instant()))) {
      background.submit(
          "retention in pool " + pool,
          () -> workAlone(pool, () -> due.due(pool, clock.instant(), PORTION)));
    }
  }

  /**
   * Applies what is due in one pool, also what has failed a moment ago.
   *
   * @return false when another thread is at it; nothing was done then
   */
  public boolean work(PoolId pool) {
    return workAlone(pool, () -> due.inPool(pool, PORTION));
  }

  private boolean workAlone(PoolId pool, Supplier<List<RetentionDue>> wanted) {
    ReentrantLock lock = alone.computeIfAbsent(pool, id -> new ReentrantLock());
    if (!isFree(lock)) {
      return false;
    }
    try {
      work(transaction.call(wanted));
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static boolean isFree(ReentrantLock lock) {
    try {
      return lock.tryLock(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Of one pool: when it is away, all that is left of it waits. */
  private void work(List<RetentionDue> ofPool) {
    for (RetentionDue one : ofPool) {
      if (isStillDue(one) && !attempt(one)) {
        transaction.run(() -> putOff(one));
        return;
      }
    }
  }

  /** All of the pool; this one goes last, so that others have their turn if it alone is stuck. */
  private void putOff(RetentionDue one) {
    Instant until = clock.instant().plus(PAUSE);
    due.putOff(one.pool(), until);
    due.find(one.restorePointId()).ifPresent(row -> row.waitUntil(until.plusMillis(1)));
  }

  private boolean isStillDue(RetentionDue one) {
    return transaction.call(() -> due.find(one.restorePointId())).isPresent();
  }

  /** False when the pool cannot be asked now. What goes wrong with one must not stop the others. */
  private boolean attempt(RetentionDue one) {
    try {
      apply(one);
      return true;
    } catch (BackupException failure) {
      LOG.log(
          one.isUntried() ? Level.WARNING : Level.DEBUG,
          "Retention of {0}: {1}",
          one.vm(),
          failure.getMessage());
      if (TaskLifecycle.isPassing(failure.kind())) {
        return false;
      }
      if (one.attempts() == 0) {
        tasks.releaseFailed(one.restorePointId(), failure);
      }
      again(one, PAUSE);
      return true;
    } catch (RuntimeException unexpected) {
      LOG.log(Level.WARNING, "Retention of " + one.vm(), unexpected);
      again(one, PAUSE);
      return true;
    }
  }

  private void apply(RetentionDue one) {
    Optional<BackupPolicy> policy = transaction.call(() -> policies.find(one.policyId()));
    Retention rules = policy.map(BackupPolicy::getRetention).orElse(Retention.KEEP_ALL);
    Retention wanted = rules.withImmutableDays(one.immutableDays().orElse(rules.immutableDays()));
    if (wanted.isIdle()) {
      settle(one);
      return;
    }
    if (transaction.call(() -> pools.byId(one.pool())).isEmpty()) {
      poolForgotten(one, wanted);
      return;
    }
    RetentionQuestion.Subject subject =
        new RetentionQuestion.Subject(one.pool(), one.policyId(), one.vm());
    RetentionReport report = question.apply(subject, wanted, one.restorePointId());
    String job = policy.map(BackupPolicy::getName).orElse("");
    transaction.run(() -> follow(one, job, report));
  }

  /** A pool that was taken from this server may be attached again. */
  private void poolForgotten(RetentionDue one, Retention wanted) {
    if (wanted.immutableDays() == 0) {
      settle(one);
      return;
    }
    Instant until = clock.instant().plus(PAUSE_NO_POOL);
    transaction.run(() -> due.putOff(one.pool(), until));
  }

  private void settle(RetentionDue one) {
    transaction.run(() -> due.find(one.restorePointId()).ifPresent(due::remove));
  }

  private void again(RetentionDue one, Duration pause) {
    transaction.run(() -> tryAgain(one, pause));
  }

  private void tryAgain(RetentionDue one, Duration pause) {
    due.find(one.restorePointId())
        .ifPresent(
            row -> {
              if (row.attempts() >= MOST_ATTEMPTS && row.immutableDays().orElse(1) == 0) {
                due.remove(row);
              } else {
                row.tryAgainAt(clock.instant().plus(pause));
              }
            });
  }

  /** Rows follow what the pool did; one transaction. */
  private void follow(RetentionDue one, String job, RetentionReport report) {
    due.find(one.restorePointId()).ifPresent(RetentionDue::immutableSet);
    if (report.getVerdictsCount() > 0) {
      report.getMissingRestorePointIdsList().forEach(this::drop);
    } else if (report.getMissingRestorePointIdsCount() > 0) {
      LOG.log(
          Level.WARNING,
          "Pool {0} has none of the restore points of {1}; their rows stay",
          one.pool(),
          one.vm());
    }
    int removed = 0;
    int kept = 0;
    boolean waits = false;
    for (RetentionVerdict verdict : report.getVerdictsList()) {
      if (verdict.getRemoved()) {
        drop(verdict.getFacts().getRestorePointId());
        removed++;
        continue;
      }
      points.follow(verdict.getFacts());
      kept++;
      if (verdict.hasRefused() || verdict.getFacts().getKeptForList().contains("SPARED")) {
        waits = true;
        tellRefused(one, verdict);
      }
    }
    tell(one, job, report, removed, kept);
    if (waits) {
      tryAgain(one, PAUSE_IN_USE);
    } else {
      due.find(one.restorePointId()).ifPresent(due::remove);
    }
  }

  private void drop(String restorePointId) {
    points.byId(new RestorePointId(restorePointId)).ifPresent(points::remove);
  }

  private void tellRefused(RetentionDue one, RetentionVerdict verdict) {
    if (one.attempts() == 0 && verdict.hasRefused()) {
      tasks.info(
          one.restorePointId(),
          NoticeCode.RETENTION_REFUSED,
          "vm",
          vmName(one.restorePointId()),
          "point",
          verdict.getFacts().getRestorePointId(),
          "type",
          ErrorCode.ofNumber(verdict.getRefused().getCode()).name());
    }
  }

  private void tell(RetentionDue one, String job, RetentionReport report, int removed, int kept) {
    UUID task = one.restorePointId();
    if (removed > 0) {
      tasks.info(
          task, NoticeCode.RETENTION_REMOVED, "vm", vmName(task), "count", removed, "kept", kept);
      audit.record(
          AuditedAction.done(
                  "retention-apply",
                  ResourceRef.of(ResourceKind.JOB, one.policyId().toString()),
                  job)
              .with("vm=" + vmName(task) + " removed=" + removed + " kept=" + kept));
    } else if (!report.getHeldBack().isEmpty() && one.attempts() == 0) {
      tasks.info(
          task, NoticeCode.RETENTION_HELD_BACK, "vm", vmName(task), "type", report.getHeldBack());
    }
  }

  private String vmName(UUID task) {
    return tasks.find(task).map(found -> found.getVmName()).orElse(task.toString());
  }
}
