package io.holdfast.agent.upkeep;

import io.holdfast.agent.protocol.CollectResult;
import io.holdfast.agent.protocol.CollectWork;
import io.holdfast.agent.protocol.ErrorDetail;
import io.holdfast.agent.protocol.StartUpkeepRequest;
import io.holdfast.agent.protocol.UpkeepState;
import io.holdfast.agent.protocol.UpkeepStatus;
import io.holdfast.agent.protocol.VerifyResult;
import io.holdfast.agent.protocol.VerifyWork;
import io.holdfast.agent.transfer.OpenPools;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.gc.GcListener;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.store.PoolUpkeep;
import io.holdfast.pool.verify.VerifyReport;
import io.holdfast.pool.verify.VerifySelection;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One garbage collection or verification (POOL-10). Runs on one thread, may be asked and stopped by
 * any other. What it did is in the pool; this only remembers how far it came.
 */
final class UpkeepJob {
  private static final Logger LOG = LoggerFactory.getLogger(UpkeepJob.class);
  private static final String VERIFYING = "VERIFY";
  private static final int ALL_PERCENT = 100;

  /** Without the pool's access once it has ended: no key stays in memory. */
  private volatile StartUpkeepRequest request;

  private volatile UpkeepStatus status;
  private volatile boolean stopping;

  UpkeepJob(StartUpkeepRequest request) {
    this.request = request;
    this.status =
        UpkeepStatus.newBuilder()
            .setJobId(request.getJobId())
            .setState(UpkeepState.UPKEEP_RUNNING)
            .setPhase(request.hasVerify() ? VERIFYING : GcListener.Phase.MARK.name())
            .build();
  }

  UpkeepStatus status() {
    return status;
  }

  boolean isRunning() {
    return status.getState() == UpkeepState.UPKEEP_RUNNING;
  }

  /** Whether two jobs would get in each other's way: the same kind of work on the same pool. */
  boolean excludes(StartUpkeepRequest other) {
    return isRunning()
        && request.getPool().getPoolId().equals(other.getPool().getPoolId())
        && request.getWorkCase() == other.getWorkCase();
  }

  void stop() {
    stopping = true;
  }

  /** To its end, which is in {@link #status}; throws nothing. */
  void run(OpenPools pools) {
    try (OpenPools.Use use = pools.look(request.getPool())) {
      if (request.hasVerify()) {
        verify(use.pool().upkeep());
      } else {
        collect(use.pool().upkeep());
      }
    } catch (RuntimeException | Error failure) {
      // The edge of this thread: who asks for the job is told.
      LOG.warn("Upkeep job {} has failed", request.getJobId(), failure);
      status = status.toBuilder().setState(UpkeepState.UPKEEP_FAILED).setError(of(failure)).build();
    } finally {
      request = request.toBuilder().clearPool().build();
    }
  }

  private static ErrorDetail of(Throwable failure) {
    BackupException error =
        failure instanceof BackupException known
            ? known
            : BackupException.causedBy(
                failure, ErrorCode.INTERNAL_ERROR, "what", failure.getClass().getSimpleName());
    return ErrorDetail.newBuilder()
        .setCode(error.code().number())
        .putAllParameters(error.parameters())
        .build();
  }

  private void collect(PoolUpkeep upkeep) {
    CollectWork work = request.getCollect();
    GcSettings settings = settings(work);
    GcListener listener =
        (phase, done) -> {
          status = status.toBuilder().setPhase(phase.name()).setDone(done).build();
          return !stopping;
        };
    GcReport report =
        work.getDryRun()
            ? upkeep.surveyGarbage(settings, listener)
            : upkeep.collectGarbage(settings, listener);
    CollectResult result = UpkeepResults.of(report);
    status = ended(report.complete()).setCollected(result).build();
  }

  static GcSettings settings(CollectWork work) {
    GcSettings preset = GcSettings.DEFAULT;
    return new GcSettings(
        work.getMinLivePercent(),
        work.getCopyBudgetBytes() > 0 ? work.getCopyBudgetBytes() : preset.copyBudgetBytes(),
        preset.packBytes());
  }

  private void verify(PoolUpkeep upkeep) {
    VerifyReport report =
        upkeep.verify(
            selection(request.getVerify()),
            (checked, total) -> {
              status = status.toBuilder().setDone(checked).setTotal(total).build();
              return !stopping;
            });
    VerifyResult result = UpkeepResults.of(report);
    status = ended(report.complete()).setVerified(result).build();
  }

  static VerifySelection selection(VerifyWork work) {
    if (work.getKnownDamageOnly()) {
      return VerifySelection.KNOWN_DAMAGE;
    }
    long seconds = work.getNotVerifiedForSeconds();
    return new VerifySelection(
        work.getPercent() == 0 ? ALL_PERCENT : work.getPercent(),
        seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty());
  }

  /** One that came to its end although it was asked to stop is done. */
  private UpkeepStatus.Builder ended(boolean complete) {
    return status.toBuilder()
        .setState(complete ? UpkeepState.UPKEEP_DONE : UpkeepState.UPKEEP_STOPPED);
  }
}
