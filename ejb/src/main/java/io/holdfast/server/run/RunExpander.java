package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.catalog.RestorePointRegister;
import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.Inventory;
import io.holdfast.server.inventory.InventoryService;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.ContentNode;
import io.holdfast.server.policy.ContentSelection;
import io.holdfast.server.policy.PolicyRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Turns the content of a policy into VM tasks, with the inventory as it is now (INV-04). A run gets
 * all its tasks in one transaction; until then it is tried again. Asks agents: never inside a
 * transaction. Thread-safe.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class RunExpander {
  private static final int NAMED = 30;

  @Inject private RunRepository runs;
  @Inject private PolicyRepository policies;
  @Inject private RunStarter starter;
  @Inject private InventoryService inventories;
  @Inject private RestorePointRegister points;
  @Inject private RunRetries retries;
  @Inject private RunLog log;
  @Inject private ShortTransaction transaction;
  @Inject private Clock clock;

  /** Runs that have no VM tasks yet. */
  public List<BackupRun> unexpanded() {
    return transaction.call(() -> runs.active().stream().filter(run -> !run.isExpanded()).toList());
  }

  /** Expands one run; an error fails the run, but an absent agent is waited for. */
  public void expand(BackupRun run) {
    try {
      List<TaskTarget> targets = targets(run);
      transaction.run(() -> enqueue(run.getId(), targets));
    } catch (BackupException failure) {
      boolean patient =
          Duration.between(run.getStartedAt(), clock.instant())
                  .compareTo(Duration.ofMinutes(run.getOptions().reconnectMinutes()))
              < 0;
      if (!TaskConclusion.isAgentAway(failure.code()) || !patient) {
        transaction.run(() -> fail(run.getId(), failure));
      }
    }
  }

  private List<TaskTarget> targets(BackupRun run) {
    BackupPolicy policy =
        transaction
            .call(() -> policies.find(run.getJobId()))
            .orElseThrow(
                () ->
                    BackupException.of(ErrorCode.NOT_FOUND, "what", "job", "id", run.getJobName()));
    Inventory inventory = inventories.refresh(run.getPlatformId());
    ContentSelection selection =
        ContentSelection.of(policy.getContent(), policy.getExclusions(), inventory);
    List<TaskTarget> targets =
        ContentExpansion.expand(selection, inventory).stream()
            .map(target -> target.hostId().isEmpty() ? recalled(run, target) : target)
            .toList();
    if (!selection.excluded().isEmpty()) {
      transaction.run(() -> tellExcluded(run, selection.excluded()));
    }
    if (!selection.goneContainers().isEmpty()) {
      String gone =
          selection.goneContainers().stream()
              .map(ContentNode::getName)
              .collect(Collectors.joining(", "));
      if (targets.isEmpty()) {
        throw BackupException.of(
            ErrorCode.JOB_CONTENT_GONE, "job", run.getJobName(), "nodes", gone);
      }
      transaction.run(() -> log.warning(run, NoticeCode.RUN_CONTENT_GONE, "nodes", gone));
    }
    if (targets.isEmpty()) {
      throw BackupException.of(ErrorCode.JOB_HAS_NO_VM, "job", run.getJobName());
    }
    return targets;
  }

  /** A VM that is gone by its id may be found again by the UUID that its backups know. */
  private TaskTarget recalled(BackupRun run, TaskTarget gone) {
    VmRef vm = new VmRef(run.getPlatformId().value(), gone.vmId());
    return transaction.call(
        () ->
            points
                .newest(run.getPoolId(), vm)
                .map(point -> new TaskTarget(gone.vmId(), point.vmUuid(), gone.vmName(), "", ""))
                .orElse(gone));
  }

  private void tellExcluded(BackupRun run, List<ContentSelection.Excluded> excluded) {
    String names =
        excluded.stream()
            .limit(NAMED)
            .map(each -> each.vm().title())
            .collect(Collectors.joining(", "));
    log.info(
        run,
        NoticeCode.RUN_VMS_EXCLUDED,
        "count",
        excluded.size(),
        "vms",
        excluded.size() > NAMED ? names + ", …" : names);
  }

  private void enqueue(UUID runId, List<TaskTarget> targets) {
    BackupRun run = runs.lock(runId).orElseThrow();
    if (!run.isExpanded() && run.getState() == RunState.PENDING) {
      starter.enqueue(run, targets.stream().map(target -> UUID.randomUUID()).toList(), targets);
    }
  }

  private void fail(UUID runId, BackupException failure) {
    BackupRun run = runs.lock(runId).orElseThrow();
    if (!run.getState().isEnded()) {
      run.failWith(failure, clock.instant());
      run.setExpanded();
      log.error(run, failure);
      retries.ended(run);
    }
  }
}
