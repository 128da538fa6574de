package io.holdfast.server.run;

import io.holdfast.error.Messages;
import io.holdfast.server.database.NamedValues;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * One line of a run's log: a code of {@link io.holdfast.error.ErrorCode} or {@link
 * io.holdfast.error.NoticeCode} with what it names, so that it reads in both languages.
 */
@Entity
@Table(name = "run_log")
public class RunLogEntry {
  /** How serious a line is. */
  public enum Severity {
    INFO,
    WARNING,
    ERROR
  }

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Column(name = "id")
  private Long id;

  @Column(name = "run_id", nullable = false)
  private String runId;

  @Column(name = "task_id")
  private String taskId;

  @Column(name = "vm_name", nullable = false)
  private String vmName;

  @Column(name = "at_millis", nullable = false)
  private long atMillis;

  @Enumerated(EnumType.STRING)
  @Column(name = "severity", nullable = false)
  private Severity severity;

  @Column(name = "code", nullable = false)
  private String code;

  @Column(name = "parameters", nullable = false)
  private String parameters;

  /** For the persistence provider. */
  protected RunLogEntry() {}

  /** A line about a whole run. */
  RunLogEntry(
      BackupRun run, Instant at, Severity severity, String code, Map<String, String> parameters) {
    this.runId = run.getId().toString();
    this.vmName = "";
    this.atMillis = at.toEpochMilli();
    this.severity = severity;
    this.code = code;
    this.parameters = NamedValues.write(parameters);
  }

  /** A line about one VM. */
  RunLogEntry(
      VmTask task, Instant at, Severity severity, String code, Map<String, String> parameters) {
    this.runId = task.getRunId().toString();
    this.taskId = task.getId().toString();
    this.vmName = task.getVmName();
    this.atMillis = at.toEpochMilli();
    this.severity = severity;
    this.code = code;
    this.parameters = NamedValues.write(parameters);
  }

  public Long getId() {
    return id;
  }

  public UUID getRunId() {
    return UUID.fromString(runId);
  }

  /** Null for a line about the whole run. */
  public UUID getTaskId() {
    return taskId == null ? null : UUID.fromString(taskId);
  }

  /** Empty for a line about the whole run. */
  public String getVmName() {
    return vmName;
  }

  public Instant getAt() {
    return Instant.ofEpochMilli(atMillis);
  }

  public Severity getSeverity() {
    return severity;
  }

  public String getCode() {
    return code;
  }

  /** The sentence in the reader's language. */
  public String message(Locale locale) {
    return Messages.text(code, NamedValues.read(parameters), locale);
  }
}
