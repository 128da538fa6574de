package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Runs as an operator handles them (JOB-02, JOB-03, JOB-10), of policies and of restore jobs alike.
 * Every method is one short transaction and asks no agent; the dispatcher does the rest.
 * Thread-safe.
 *
 * <p>Errors of all methods: NOT_FOUND for an unknown id, FORBIDDEN by the caller's role.
 */
@ApplicationScoped
@Transactional
public class RunService {
  @Inject private RunRepository runs;
  @Inject private PolicyRepository policies;
  @Inject private RunStarter starter;
  @Inject private RunStopper stopper;
  @Inject private RunRetries retries;
  @Inject private ProgressReport progress;
  @Inject private AccessPolicy access;

  /**
   * Starts a run of a policy; the content is expanded and its VMs queued right after.
   *
   * @param type what to back up, or empty for the policy's own type
   * @return the run, in state PENDING
   * @throws BackupException JOB_DISABLED; JOB_RUNNING while another run of it has not ended
   */
  public BackupRun start(UUID policyId, Optional<BackupType> type) {
    Caller caller =
        access.require(Permission.JOB_RUN, ResourceRef.of(ResourceKind.JOB, policyId.toString()));
    BackupPolicy policy =
        policies
            .find(policyId)
            .orElseThrow(
                () -> BackupException.of(ErrorCode.NOT_FOUND, "what", "job", "id", policyId));
    return starter.start(policy, type.orElse(policy.getBackupType()), caller.name());
  }

  /**
   * Stops a run: waiting VMs at once, running ones at the end of their window; their snapshots are
   * removed. Repeating it does no harm.
   *
   * @throws BackupException RUN_NOT_ACTIVE when the run has ended
   */
  public void stop(UUID runId) {
    ResourceRef ref = ResourceRef.of(ResourceKind.RUN, runId.toString());
    Caller caller = access.require(Permission.JOB_RUN, ref);
    if (found(runId).getKind() == RunKind.RESTORE) {
      access.require(Permission.RESTORE_RUN, ref);
    }
    stopper.stop(runId, caller.name());
  }

  /**
   * Backs VMs of an ended run up again at once, in a run of their own (JOB-05).
   *
   * @param taskIds VM tasks that are not done; none: all of these
   * @throws BackupException JOB_RUNNING, JOB_DISABLED, NOT_FOUND when the job was deleted
   */
  public BackupRun retry(UUID runId, Set<UUID> taskIds) {
    Caller caller =
        access.require(Permission.JOB_RUN, ResourceRef.of(ResourceKind.RUN, runId.toString()));
    return retries.retryNow(runId, taskIds, caller.name());
  }

  /** Runs that match, newest first. */
  public Page<BackupRun> list(RunFilter filter, PageRequest page) {
    access.require(Permission.RUN_VIEW, ResourceRef.all(ResourceKind.RUN));
    return new Page<>(runs.list(filter, page), runs.count(filter));
  }

  /** A run with how far it, its VMs and their disks are. */
  public RunProgress get(UUID runId) {
    requireView(runId);
    return progress.of(found(runId));
  }

  /** The log of a run in the order it was written. */
  public Page<RunLogEntry> log(UUID runId, PageRequest page) {
    requireView(runId);
    found(runId);
    return new Page<>(runs.log(runId, page), runs.logCount(runId));
  }

  /** Speed over the life of a run, at most 200 points, oldest first. */
  public List<RunProgress.TrafficPoint> traffic(UUID runId) {
    requireView(runId);
    return progress.traffic(found(runId));
  }

  private void requireView(UUID runId) {
    access.require(Permission.RUN_VIEW, ResourceRef.of(ResourceKind.RUN, runId.toString()));
  }

  private BackupRun found(UUID runId) {
    return runs.find(runId)
        .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "run", "id", runId));
  }
}
