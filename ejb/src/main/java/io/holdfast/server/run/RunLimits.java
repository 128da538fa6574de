package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.policy.PolicyEdited;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import io.holdfast.server.speed.Rates;
import io.holdfast.server.speed.SpeedLimits;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Optional;
import java.util.UUID;

/**
 * Speed limits of runs under way (OPT-10, OPT-11). Only the run's row changes here, under its lock;
 * the dispatcher tells the agent, again after a crash, so nothing is lost. Each method is one
 * transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class RunLimits {
  @Inject private RunRepository runs;
  @Inject private RunLog log;
  @Inject private AccessPolicy access;
  @Inject private Event<QueueChanged> queueChanged;

  /**
   * Gives a run limits of its own, in place of its job's windows, until it ends or {@link
   * #useJobs}. They hold within seconds, also for bytes that wait; 0 holds the run where it is.
   *
   * @param transferBytesPerSecond {@link Rates#UNLIMITED} for no limit
   * @param diskBytesPerSecond {@link Rates#UNLIMITED} for no limit
   * @throws BackupException NOT_FOUND, FORBIDDEN, RUN_NOT_ACTIVE, INVALID_VALUE
   */
  public void limitNow(UUID runId, long transferBytesPerSecond, long diskBytesPerSecond) {
    SpeedLimits limits = SpeedLimits.always(transferBytesPerSecond, diskBytesPerSecond);
    Caller caller = require(runId);
    BackupRun run = active(runId);
    run.limitsNow(Optional.of(limits));
    log.info(
        run,
        NoticeCode.RUN_LIMITED_NOW,
        "user",
        caller.name(),
        "transfer",
        Rates.text(transferBytesPerSecond),
        "disk",
        Rates.text(diskBytesPerSecond));
    queueChanged.fire(new QueueChanged());
  }

  /**
   * The windows of its job hold for a run again.
   *
   * @throws BackupException NOT_FOUND, FORBIDDEN, RUN_NOT_ACTIVE
   */
  public void useJobs(UUID runId) {
    Caller caller = require(runId);
    BackupRun run = active(runId);
    if (run.hasOwnLimits()) {
      run.limitsNow(Optional.empty());
      log.info(run, NoticeCode.RUN_LIMITS_OF_JOB, "user", caller.name());
      queueChanged.fire(new QueueChanged());
    }
  }

  void edited(@Observes PolicyEdited edited) {
    jobEdited(edited.policyId(), edited.limits());
  }

  /** A job has other limits: its run under way, if any, takes them over. */
  public void jobEdited(UUID jobId, SpeedLimits limits) {
    for (BackupRun listed : runs.active()) {
      if (listed.getJobId().equals(jobId)) {
        runs.lock(listed.getId())
            .filter(run -> !run.getState().isEnded())
            .filter(run -> !run.getOptions().limits().equals(limits))
            .ifPresent(run -> takeOver(run, limits));
      }
    }
  }

  private void takeOver(BackupRun run, SpeedLimits limits) {
    run.limitsOfJob(limits);
    log.info(run, NoticeCode.RUN_LIMITS_EDITED);
    queueChanged.fire(new QueueChanged());
  }

  private Caller require(UUID runId) {
    ResourceRef ref = ResourceRef.of(ResourceKind.RUN, runId.toString());
    Caller caller = access.require(Permission.JOB_RUN, ref);
    if (runs.find(runId).filter(run -> run.getKind() == RunKind.RESTORE).isPresent()) {
      access.require(Permission.RESTORE_RUN, ref);
    }
    return caller;
  }

  private BackupRun active(UUID runId) {
    BackupRun run =
        runs.lock(runId)
            .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "run", "id", runId));
    if (run.getState().isEnded()) {
      throw BackupException.of(ErrorCode.RUN_NOT_ACTIVE, "run", run.getJobName());
    }
    return run;
  }
}
