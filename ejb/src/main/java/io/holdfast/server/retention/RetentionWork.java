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
import io.holdfast.server.run.TaskLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Applies retention where a backup has succeeded (POOL-09): never before, and nothing goes when a
 * later one failed meanwhile. The pool does it and says what it did; rows follow. What could not be
 * done now is tried again, and one whose agent is away waits as long as that takes; an immutable
 * period that was promised is never given up. Asks agents: never inside a transaction. Thread-safe;
 * one thread at a time works.
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

  /** The timer and a pool job must not do the same at the same time. */
  private final ReentrantLock alone = new ReentrantLock();

  @Inject private RetentionDueRepository due;
  @Inject private RetentionQuestion question;
  @Inject private PolicyRepository policies;
  @Inject private PoolRepository pools;
  @Inject private RestorePointRepository points;
  @Inject private TaskLifecycle tasks;
  @Inject private AuditService audit;
  @Inject private ShortTransaction transaction;
  @Inject private Clock clock;

  /** Applies what is due now; a pool whose agent is away waits. */
  public void work() {
    work(transaction.call(() -> due.due(clock.instant(), PORTION)));
  }

  /** Applies what is due in one pool, also what has failed a moment ago. */
  public void work(PoolId pool) {
    work(transaction.call(() -> due.inPool(pool, PORTION)));
  }

  private void work(List<RetentionDue> all) {
    Set<PoolId> away = new HashSet<>();
    alone.lock();
    try {
      for (RetentionDue one : all) {
        if (!away.contains(one.pool()) && isStillDue(one) && !attempt(one)) {
          away.add(one.pool());
          transaction.run(() -> putOff(one));
        }
      }
    } finally {
      alone.unlock();
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
