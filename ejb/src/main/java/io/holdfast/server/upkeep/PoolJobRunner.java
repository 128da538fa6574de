package io.holdfast.server.upkeep;

import io.holdfast.agent.protocol.ErrorDetail;
import io.holdfast.agent.protocol.StartUpkeepRequest;
import io.holdfast.agent.protocol.UpkeepJobRef;
import io.holdfast.agent.protocol.UpkeepState;
import io.holdfast.agent.protocol.UpkeepStatus;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.server.agent.AgentGateway;
import io.holdfast.server.agent.UpkeepClient;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.pool.PoolConnections;
import io.holdfast.server.pool.StoragePool;
import io.holdfast.server.retention.RetentionWork;
import io.holdfast.server.run.BackgroundWork;
import io.holdfast.server.run.TaskLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Hands pool jobs to their storage agents and asks how far they are (POOL-10). All it knows stands
 * in the tables, so any server goes on with it after a crash; an agent that has lost a job is told
 * again, and goes on where the pool says. One that does not answer may still be at work, so a job
 * that it took ends without it only after a day, as failed. Asks agents: never inside a
 * transaction. Thread-safe; one job is advanced by one thread at a time.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class PoolJobRunner {
  private static final int MOST_ATTEMPTS = 5;
  private static final Duration PATIENCE = Duration.ofHours(24);

  @Inject private PoolJobRepository jobs;
  @Inject private PoolJobOutcome outcome;
  @Inject private PoolConnections pools;
  @Inject private AgentGateway gateway;
  @Inject private RetentionWork retention;
  @Inject private BackgroundWork background;
  @Inject private ShortTransaction transaction;
  @Inject private Clock clock;

  /** One tick: each job that has not ended is looked at, side by side. */
  public void tick() {
    for (PoolJob job : transaction.call(() -> jobs.active())) {
      background.submit("pool job " + job.id(), () -> advance(job.id()));
    }
  }

  /** Brings one job on by a step. */
  public void advance(UUID jobId) {
    PoolJob job = transaction.call(() -> jobs.find(jobId)).orElseThrow();
    if (job.state().isEnded()) {
      return;
    }
    try {
      StoragePool pool = transaction.call(() -> pools.pool(job.pool()));
      UpkeepClient agent = gateway.upkeep(pool.agent());
      switch (job.state()) {
        case WAITING -> begin(job, agent);
        case RUNNING -> watch(job, agent);
        default -> halt(job, agent);
      }
    } catch (BackupException failure) {
      trouble(job, failure);
    }
  }

  /** While retention is being applied in the pool, the job waits for another tick. */
  private void begin(PoolJob job, UpkeepClient agent) {
    if (isOverdue(job)) {
      outcome.ended(job.id(), PoolJobState.OUT_OF_TIME);
      return;
    }
    boolean retentionFirst = job.kind() == PoolJobKind.GARBAGE && !job.work().dryRun();
    if (!retentionFirst || retention.work(job.pool())) {
      start(job, agent);
    }
  }

  private void start(PoolJob job, UpkeepClient agent) {
    Duration begun =
        job.startedAt().map(at -> Duration.between(at, clock.instant())).orElse(Duration.ZERO);
    StartUpkeepRequest.Builder request =
        StartUpkeepRequest.newBuilder()
            .setJobId(job.id().toString())
            .setPool(pools.access(job.pool()));
    if (job.kind() == PoolJobKind.GARBAGE) {
      request.setCollect(job.work().toCollect());
    } else {
      request.setVerify(job.work().toVerify(begun));
    }
    UpkeepStatus status;
    try {
      status = agent.startUpkeep(request.build());
    } catch (BackupException unsure) {
      if (unsure.kind() == ErrorKind.AMBIGUOUS) {
        outcome.started(job.id());
      }
      throw unsure;
    }
    outcome.started(job.id());
    tell(job, status);
  }

  private void watch(PoolJob job, UpkeepClient agent) {
    if (isOverdue(job)) {
      outcome.stopping(job.id());
      halt(job, agent);
      return;
    }
    try {
      tell(job, agent.describeUpkeep(ref(job)));
    } catch (BackupException lost) {
      if (lost.code() != ErrorCode.NOT_FOUND) {
        throw lost;
      }
      if (job.attempts() >= MOST_ATTEMPTS) {
        throw BackupException.causedBy(
            lost, ErrorCode.POOL_JOB_LOST, "pool", job.poolName(), "count", job.attempts());
      }
      start(job, agent);
    }
  }

  private void halt(PoolJob job, UpkeepClient agent) {
    PoolJobState how = isOverdue(job) ? PoolJobState.OUT_OF_TIME : PoolJobState.STOPPED;
    try {
      UpkeepStatus status = agent.stopUpkeep(ref(job));
      if (status.getState() == UpkeepState.UPKEEP_STOPPED) {
        outcome.stopped(job.id(), status, how);
      } else {
        tell(job, status);
      }
    } catch (BackupException gone) {
      boolean neverTaken = job.startedAt().isEmpty() && TaskLifecycle.isPassing(gone.kind());
      if (gone.code() != ErrorCode.NOT_FOUND && !neverTaken) {
        throw gone;
      }
      outcome.ended(job.id(), how);
    }
  }

  /** One that stops unasked is on an agent that is ending: its next start is told again. */
  private void tell(PoolJob job, UpkeepStatus status) {
    switch (status.getState()) {
      case UPKEEP_DONE -> outcome.done(job.id(), status);
      case UPKEEP_FAILED -> outcome.failed(job.id(), failure(status.getError()));
      default -> outcome.progress(job.id(), status);
    }
  }

  private static BackupException failure(ErrorDetail error) {
    return BackupException.of(ErrorCode.ofNumber(error.getCode()), error.getParametersMap(), null);
  }

  private boolean isOverdue(PoolJob job) {
    int minutes = job.work().windowMinutes();
    Instant end = job.createdAt().plus(Duration.ofMinutes(minutes));
    return minutes > 0 && !clock.instant().isBefore(end);
  }

  private static UpkeepJobRef ref(PoolJob job) {
    return UpkeepJobRef.newBuilder().setJobId(job.id().toString()).build();
  }

  /** What passes is waited for, with patience; an agent that still runs an older one is, too. */
  private void trouble(PoolJob job, BackupException failure) {
    boolean waiting = job.state() == PoolJobState.WAITING;
    boolean passes =
        TaskLifecycle.isPassing(failure.kind())
            || (waiting && failure.code() == ErrorCode.POOL_JOB_RUNNING);
    boolean patient = clock.instant().isBefore(job.createdAt().plus(PATIENCE));
    if (!passes || (waiting && !patient)) {
      outcome.failed(job.id(), failure);
    } else if (!waiting) {
      outcome.unheard(job.id(), failure, PATIENCE);
    }
  }
}
