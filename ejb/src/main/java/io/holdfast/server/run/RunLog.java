package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.server.alarm.AlarmBell;
import io.holdfast.server.alarm.AlarmSubject;
import io.holdfast.server.run.RunLogEntry.Severity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Writes the log of runs, and raises an alarm with what somebody should look at (JOB-07). Joins the
 * caller's transaction. Thread-safe.
 */
@ApplicationScoped
public class RunLog {
  @Inject private RunRepository runs;
  @Inject private AlarmBell bell;
  @Inject private Clock clock;

  /** A line about a run. */
  public void info(BackupRun run, NoticeCode code, Object... namesAndValues) {
    runs.add(
        new RunLogEntry(
            run,
            clock.instant(),
            Severity.INFO,
            code.name(),
            BackupException.parameters(namesAndValues)));
  }

  /** A line about a run that somebody should look at. */
  public void warning(BackupRun run, NoticeCode code, Object... namesAndValues) {
    runs.add(
        new RunLogEntry(
            run,
            clock.instant(),
            Severity.WARNING,
            code.name(),
            BackupException.parameters(namesAndValues)));
  }

  /** A line about a VM that somebody should look at. */
  public void warning(VmTask task, NoticeCode code, Object... namesAndValues) {
    runs.add(
        new RunLogEntry(
            task,
            clock.instant(),
            Severity.WARNING,
            code.name(),
            BackupException.parameters(namesAndValues)));
  }

  /** A line about a VM. */
  public void info(VmTask task, NoticeCode code, Object... namesAndValues) {
    runs.add(
        new RunLogEntry(
            task,
            clock.instant(),
            Severity.INFO,
            code.name(),
            BackupException.parameters(namesAndValues)));
  }

  /** A line about a VM that somebody should look at. */
  public void warning(VmTask task, ErrorCode code, Map<String, String> parameters) {
    runs.add(new RunLogEntry(task, clock.instant(), Severity.WARNING, code.name(), parameters));
  }

  /** What went wrong with a VM. */
  public void error(VmTask task, ErrorCode code, Map<String, String> parameters) {
    bell.failed(subject(task), code, parameters);
    runs.add(new RunLogEntry(task, clock.instant(), Severity.ERROR, code.name(), parameters));
  }

  /** What went wrong with a run as a whole. */
  public void error(BackupRun run, BackupException failure) {
    bell.failed(
        AlarmSubject.ofRun(run.getId(), run.getJobName()), failure.code(), failure.parameters());
    runs.add(
        new RunLogEntry(
            run, clock.instant(), Severity.ERROR, failure.code().name(), failure.parameters()));
  }

  /** What the agent had to say about a VM. */
  public void notices(VmTask task, List<io.holdfast.agent.protocol.Notice> notices) {
    for (io.holdfast.agent.protocol.Notice notice : notices) {
      Severity severity =
          notice.getSeverity() == io.holdfast.agent.protocol.Notice.Severity.WARNING
              ? Severity.WARNING
              : Severity.INFO;
      runs.add(
          new RunLogEntry(
              task, clock.instant(), severity, notice.getCode(), notice.getParametersMap()));
      if (AlarmBell.isDegrading(notice.getCode())) {
        bell.degraded(subject(task), notice.getCode(), notice.getParametersMap());
      }
    }
  }

  private AlarmSubject subject(VmTask task) {
    String job = runs.find(task.getRunId()).map(BackupRun::getJobName).orElse("");
    return AlarmSubject.ofTask(task.getRunId(), task.getId(), job, task.getVmName());
  }
}
