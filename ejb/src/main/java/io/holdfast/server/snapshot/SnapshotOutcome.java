package io.holdfast.server.snapshot;

import io.holdfast.agent.protocol.SnapshotDescription;
import io.holdfast.agent.protocol.SnapshotList;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.run.ServerInstance;
import io.holdfast.server.run.VmOccupation;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What becomes of snapshot operations, and of what schedules made: each step one transaction.
 * Thread-safe.
 */
@ApplicationScoped
@Transactional
public class SnapshotOutcome {
  private static final String SYSTEM = "system";

  @Inject SnapshotRepository operations;
  @Inject ScheduleRepository schedules;
  @Inject VmOccupation occupation;
  @Inject ServerInstance instance;
  @Inject Clock clock;

  /**
   * An attempt at an operation.
   *
   * @param wanted false: it has ended or does not run
   * @param operation as it is now
   * @param again whether an agent may have been asked before
   */
  record Attempt(boolean wanted, SnapshotOperation operation, boolean again) {}

  /** Takes the VM for a waiting operation, unless something else is at work on it. */
  boolean start(UUID id) {
    occupation.holdStarts();
    SnapshotOperation operation = operations.lock(id).orElseThrow();
    boolean free =
        operation.state() == SnapshotOperationState.WAITING
            && !occupation.isAtWork(operation.exclusiveKey())
            && !operations.isUnderWay(operation.exclusiveKey());
    if (free) {
      operation.start(instance.name(), clock.instant());
    }
    return free;
  }

  /** Counts an attempt, before the agent is asked. */
  Attempt attempt(UUID id) {
    SnapshotOperation operation = operations.lock(id).orElseThrow();
    boolean wanted = operation.state() == SnapshotOperationState.RUNNING;
    return new Attempt(wanted, operation, wanted && operation.attempt());
  }

  void knowVm(UUID id, String uuid) {
    SnapshotOperation operation = operations.lock(id).orElseThrow();
    operation.knowVm(uuid, operation.vm().vmName());
  }

  void retry(UUID id, Instant when, BackupException why) {
    operations.lock(id).orElseThrow().retryAt(when, why);
  }

  /** Done; what is gone is not kept count of any more. */
  void done(UUID id) {
    SnapshotOperation operation = operations.lock(id).orElseThrow();
    operation.done(clock.instant());
    if (operation.kind() == SnapshotOperationKind.DELETE) {
      schedules
          .named(operation.platform().value(), operation.vm().vmId(), operation.snapshotName())
          .forEach(schedules::remove);
    }
  }

  /** Failed for good. One that is not the schedule's is not counted any more, and left alone. */
  void failed(UUID id, BackupException failure) {
    SnapshotOperation operation = operations.lock(id).orElseThrow();
    operation.fail(failure, clock.instant());
    if (failure.code() == ErrorCode.SNAPSHOT_NOT_OURS) {
      schedules.ofTag(operation.ownerTag()).ifPresent(schedules::remove);
    }
  }

  /**
   * Records whose snapshot is not on the platform by name and tag are dropped; of the others those
   * above the schedule's count, the oldest by number, are queued for deletion.
   */
  void keepCount(SnapshotOperation created, SnapshotList present) {
    SnapshotSchedule schedule = schedules.lock(created.scheduleId().orElse("")).orElse(null);
    if (schedule == null) {
      return;
    }
    List<SnapshotOperation> active = operations.active();
    Set<String> creating = tags(active, SnapshotOperationKind.CREATE);
    Set<String> deleting = tags(active, SnapshotOperationKind.DELETE);
    int kept = 0;
    for (ScheduledSnapshot record : schedules.ofVm(schedule.id(), created.vm().vmId())) {
      if (!isThere(record, present)) {
        if (!creating.contains(record.tag())) {
          schedules.remove(record);
        }
        continue;
      }
      kept++;
      if (kept > schedule.keepCount() && !deleting.contains(record.tag())) {
        operations.add(
            new SnapshotOperation(
                    SnapshotOperationKind.DELETE,
                    created.vm(),
                    record.name(),
                    SYSTEM,
                    clock.instant())
                .ofSchedule(schedule.id(), record.tag()));
      }
    }
  }

  private static Set<String> tags(List<SnapshotOperation> active, SnapshotOperationKind kind) {
    return active.stream()
        .filter(each -> each.kind() == kind)
        .map(SnapshotOperation::ownerTag)
        .collect(Collectors.toSet());
  }

  private static boolean isThere(ScheduledSnapshot record, SnapshotList present) {
    for (SnapshotDescription each : present.getSnapshotsList()) {
      if (each.getName().equals(record.name()) && each.getOwnerTag().equals(record.tag())) {
        return true;
      }
    }
    return false;
  }
}
