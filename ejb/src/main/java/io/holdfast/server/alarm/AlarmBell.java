package io.holdfast.server.alarm;

import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Raises alarms (JOB-07), each code once for a VM task. Joins the caller's transaction. No
 * permission is asked: the server itself rings. Thread-safe.
 */
@ApplicationScoped
@Transactional
public class AlarmBell {
  /** Warnings of a backup host after which a VM that is done is degraded all the same. */
  private static final Set<String> DEGRADING =
      EnumSet.of(
              NoticeCode.FULL_SAMPLE_MISMATCH,
              NoticeCode.FULL_CHANGED_AREAS_INVALID,
              NoticeCode.FULL_BASE_UNREADABLE,
              NoticeCode.SNAPSHOT_REMOVAL_FAILED,
              NoticeCode.GUEST_THAWED,
              NoticeCode.BACKUP_VM_NOT_STARTED,
              NoticeCode.BACKUP_VM_LEFT_PAUSED,
              NoticeCode.RESTORE_VM_NOT_STARTED,
              NoticeCode.RESTORE_NOT_UNDONE,
              NoticeCode.RESTORE_TARGET_PARTIAL)
          .stream()
          .map(Enum::name)
          .collect(Collectors.toUnmodifiableSet());

  @Inject private AlarmRepository alarms;
  @Inject private Clock clock;

  /** A VM or a run failed; a VM that a job's rule leaves out aloud is skipped (CAS-03). */
  public void failed(AlarmSubject subject, ErrorCode code, Map<String, String> parameters) {
    raise(kindOf(code), subject, code.name(), parameters);
  }

  static AlarmKind kindOf(ErrorCode code) {
    return code == ErrorCode.VM_NOT_TRACKABLE ? AlarmKind.SKIPPED : AlarmKind.FAILED;
  }

  /** Whether a notice of that code is one for {@link #degraded}. */
  public static boolean isDegrading(String code) {
    return DEGRADING.contains(code);
  }

  /** Something about a VM is not as it should be. */
  public void degraded(AlarmSubject subject, String code, Map<String, String> parameters) {
    raise(AlarmKind.DEGRADED, subject, code, parameters);
  }

  /** A platform is not there (RES-06); who tells it tells it once an outage. */
  public void offline(AlarmSubject subject, NoticeCode code, Map<String, String> parameters) {
    raise(AlarmKind.OFFLINE, subject, code.name(), parameters);
  }

  /** A platform is there again, or of no interest any more: its open alarms close themselves. */
  public void online(String platformId) {
    String system = Caller.server().name();
    alarms.openOf(platformId).forEach(alarm -> alarm.acknowledge(system, clock.instant()));
  }

  private void raise(
      AlarmKind kind, AlarmSubject subject, String code, Map<String, String> parameters) {
    if (subject.taskId().isEmpty() || !alarms.exists(subject.taskId(), code)) {
      alarms.add(new Alarm(kind, subject, code, parameters, clock.instant()));
    }
  }
}
