package io.holdfast.server.upkeep;

import io.holdfast.agent.protocol.HurtPoint;
import io.holdfast.agent.protocol.UpkeepStatus;
import io.holdfast.agent.protocol.VerifyResult;
import io.holdfast.error.BackupException;
import io.holdfast.server.catalog.RestorePointRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * What comes of pool jobs: each method is one transaction that locks the job's row; news of a job
 * that has ended are ignored. Marks restore points that damage hurts, and takes marks away that a
 * complete verification did not find again. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class PoolJobOutcome {
  private static final Logger LOG = System.getLogger(PoolJobOutcome.class.getName());

  @Inject private PoolJobRepository jobs;
  @Inject private RestorePointRepository points;
  @Inject private Clock clock;

  /** An agent has it. */
  public void started(UUID jobId) {
    change(jobId, job -> job.started(clock.instant()));
  }

  /** How far it is. */
  public void progress(UUID jobId, UpkeepStatus status) {
    change(jobId, job -> job.progress(status.getPhase(), status.getDone(), status.getTotal()));
  }

  /** It was asked to end. */
  public void stopping(UUID jobId) {
    change(jobId, PoolJob::stopping);
  }

  /** It came to its end. */
  public void done(UUID jobId, UpkeepStatus status) {
    conclude(jobId, status, PoolJobState.DONE);
  }

  /** It ended before, as asked: what it found so far counts, what it did not find says nothing. */
  public void stopped(UUID jobId, UpkeepStatus status, PoolJobState how) {
    conclude(jobId, status, how);
  }

  /** It ended without a word of the agent. */
  public void ended(UUID jobId, PoolJobState how) {
    change(jobId, job -> job.end(how, clock.instant()));
  }

  /**
   * Its agent did not answer: it fails when that is so for long.
   *
   * @param failure what asking ended with
   */
  public void unheard(UUID jobId, BackupException failure, Duration patience) {
    change(
        jobId,
        job -> {
          Instant now = clock.instant();
          if (!now.isBefore(job.unheard(now).plus(patience))) {
            fail(job, failure);
          }
        });
  }

  /** It ended by an error. */
  public void failed(UUID jobId, BackupException failure) {
    change(jobId, job -> fail(job, failure));
  }

  private void fail(PoolJob job, BackupException failure) {
    LOG.log(Level.WARNING, "Pool {0}: {1}", job.poolName(), failure.getMessage());
    job.fail(failure, clock.instant());
  }

  private void conclude(UUID jobId, UpkeepStatus status, PoolJobState how) {
    change(
        jobId,
        job -> {
          job.progress(status.getPhase(), status.getDone(), status.getTotal());
          if (status.hasVerified()) {
            note(job, status.getVerified());
          } else {
            job.concluded(PoolJobResult.of(status.getCollected()));
          }
          job.end(how, clock.instant());
        });
  }

  private void note(PoolJob job, VerifyResult verified) {
    job.concluded(PoolJobResult.of(verified));
    verified.getDamageList().forEach(damage -> jobs.add(new PoolJobDamage(job.id(), damage)));
    Map<String, Long> places = new HashMap<>();
    for (HurtPoint hurt : verified.getHurtList()) {
      places.put(hurt.getRestorePointId(), hurt.getPlaces());
    }
    points.markDamage(job.pool(), places, verified.getComplete());
    if (!places.isEmpty()) {
      LOG.log(
          Level.ERROR,
          "Pool {0}: {1} damaged places hurt {2} restore points",
          job.poolName(),
          verified.getDamagedPlaces(),
          places.size());
    }
  }

  private void change(UUID jobId, Consumer<PoolJob> change) {
    jobs.lock(jobId).filter(job -> !job.state().isEnded()).ifPresent(change);
  }
}
