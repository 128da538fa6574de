package io.holdfast.server.alarm;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.audit.AuditService;
import io.holdfast.server.audit.AuditedAction;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.resource.ResourceKind;
import io.holdfast.server.resource.ResourceRef;
import io.holdfast.server.security.AccessPolicy;
import io.holdfast.server.security.Caller;
import io.holdfast.server.security.Permission;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Alarms as people see them (JOB-07). Thread-safe.
 *
 * <p>Errors of all methods: NOT_FOUND for an unknown id, FORBIDDEN by the caller's role.
 */
@ApplicationScoped
@Transactional
public class AlarmService {
  private static final int MOST_AT_ONCE = 5000;

  @Inject private AlarmRepository alarms;
  @Inject private AccessPolicy access;
  @Inject private AuditService audit;
  @Inject private Clock clock;

  /** Alarms that match, newest first. */
  public Page<Alarm> list(AlarmFilter filter, PageRequest page) {
    access.require(Permission.RUN_VIEW, ResourceRef.all(ResourceKind.RUN));
    return alarms.list(filter, page);
  }

  /** Somebody has seen it; repeating it does no harm. */
  public Alarm acknowledge(UUID id) {
    Caller caller = access.require(Permission.JOB_RUN, ResourceRef.all(ResourceKind.RUN));
    Alarm alarm =
        alarms
            .find(id)
            .orElseThrow(() -> BackupException.of(ErrorCode.NOT_FOUND, "what", "alarm", "id", id));
    acknowledge(alarm, caller);
    return alarm;
  }

  /**
   * Acknowledges the open alarms that were raised up to a moment, at most 5000 of them.
   *
   * @return how many
   */
  public int acknowledgeAll(Instant until) {
    Caller caller = access.require(Permission.JOB_RUN, ResourceRef.all(ResourceKind.RUN));
    List<Alarm> open = alarms.open(until, MOST_AT_ONCE);
    open.forEach(alarm -> acknowledge(alarm, caller));
    return open.size();
  }

  private void acknowledge(Alarm alarm, Caller caller) {
    if (alarm.isOpen()) {
      alarm.acknowledge(caller.name(), clock.instant());
      audit.record(
          AuditedAction.done("alarm-acknowledge", subject(alarm), name(alarm))
              .with(alarm.getCode()));
    }
  }

  private static ResourceRef subject(Alarm alarm) {
    return alarm.getRunId().isEmpty()
        ? ResourceRef.of(ResourceKind.PLATFORM, alarm.getPlatformId())
        : ResourceRef.of(ResourceKind.RUN, alarm.getRunId());
  }

  private static String name(Alarm alarm) {
    if (alarm.getRunId().isEmpty()) {
      return alarm.getPlatformName();
    }
    return alarm.getVmName().isEmpty() ? alarm.getJobName() : alarm.getVmName();
  }
}
