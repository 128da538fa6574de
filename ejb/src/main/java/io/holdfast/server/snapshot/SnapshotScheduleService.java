package io.holdfast.server.snapshot;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.database.ShortTransaction;
import io.holdfast.server.inventory.PlatformConnections;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;

/**
 * Snapshot schedules as people keep them (CAS-21). Asks no agent. Thread-safe. Errors of all
 * methods: NOT_FOUND, FORBIDDEN by the caller's role.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.NOT_SUPPORTED)
public class SnapshotScheduleService {
  @Inject ScheduleRepository schedules;
  @Inject PlatformConnections connections;
  @Inject AccessPolicy policy;
  @Inject AuditService audit;
  @Inject ShortTransaction transaction;
  @Inject Clock clock;

  /** All of them by name. Needs PLATFORM_VIEW. */
  public List<SnapshotSchedule> list() {
    policy.require(Permission.PLATFORM_VIEW, ResourceRef.all(ResourceKind.PLATFORM));
    return transaction.call(schedules::all);
  }

  /** One of them. Needs PLATFORM_VIEW. */
  public SnapshotSchedule get(String id) {
    policy.require(Permission.PLATFORM_VIEW, ResourceRef.all(ResourceKind.PLATFORM));
    return transaction.call(() -> schedules.find(id)).orElseThrow(() -> unknown(id));
  }

  /**
   * Adds one; the first time is the next that comes. ALREADY_EXISTS for the name. Needs
   * SNAPSHOT_MANAGE.
   */
  public SnapshotSchedule add(PlatformId platform, ScheduleDefinition definition) {
    policy.require(Permission.SNAPSHOT_MANAGE, ref(platform));
    return transaction.call(
        () -> {
          connections.platform(platform);
          requireNameFree(definition.name(), "");
          SnapshotSchedule schedule = new SnapshotSchedule(platform, definition, clock.instant());
          schedules.add(schedule);
          record("snapshot-schedule-add", schedule);
          return schedule;
        });
  }

  /** Changes one; what it made stays and counts. Errors as {@link #add}. Needs SNAPSHOT_MANAGE. */
  public SnapshotSchedule change(String id, ScheduleDefinition definition) {
    policy.require(Permission.SNAPSHOT_MANAGE, ResourceRef.all(ResourceKind.PLATFORM));
    return transaction.call(
        () -> {
          SnapshotSchedule schedule = schedules.lock(id).orElseThrow(() -> unknown(id));
          requireNameFree(definition.name(), id);
          schedule.define(definition, clock.instant());
          record("snapshot-schedule-change", schedule);
          return schedule;
        });
  }

  /** Takes its snapshots now, beside the plan. Needs SNAPSHOT_MANAGE. */
  public SnapshotSchedule run(String id) {
    policy.require(Permission.SNAPSHOT_MANAGE, ResourceRef.all(ResourceKind.PLATFORM));
    return transaction.call(
        () -> {
          SnapshotSchedule schedule = schedules.lock(id).orElseThrow(() -> unknown(id));
          schedule.runNow(clock.instant());
          record("snapshot-schedule-run", schedule);
          return schedule;
        });
  }

  /** Forgets one; the snapshots it made stay on the platform. Needs SNAPSHOT_MANAGE. */
  public void remove(String id) {
    policy.require(Permission.SNAPSHOT_MANAGE, ResourceRef.all(ResourceKind.PLATFORM));
    transaction.run(
        () -> {
          SnapshotSchedule schedule = schedules.lock(id).orElseThrow(() -> unknown(id));
          record("snapshot-schedule-remove", schedule);
          schedules.remove(schedule);
        });
  }

  private void record(String action, SnapshotSchedule schedule) {
    audit.record(AuditedAction.done(action, ref(schedule.platform()), schedule.name()));
  }

  private void requireNameFree(String name, String own) {
    if (schedules.byName(name).filter(other -> !other.id().equals(own)).isPresent()) {
      throw BackupException.of(ErrorCode.ALREADY_EXISTS, "what", "snapshot schedule", "name", name);
    }
  }

  private static BackupException unknown(String id) {
    return BackupException.of(ErrorCode.NOT_FOUND, "what", "snapshot schedule", "id", id);
  }

  private static ResourceRef ref(PlatformId id) {
    return ResourceRef.of(ResourceKind.PLATFORM, id.value());
  }
}
