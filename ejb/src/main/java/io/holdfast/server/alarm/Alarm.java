package io.holdfast.server.alarm;

import io.holdfast.error.Messages;
import io.holdfast.server.database.NamedValues;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * An alarm: a code of {@link io.holdfast.error.ErrorCode} or {@link io.holdfast.error.NoticeCode}
 * with what it names, so that it reads in both languages. Open until a person acknowledges it, or
 * until what it tells is over by itself.
 */
@Entity
@Table(name = "alarm")
public class Alarm {
  @Id private String id;

  @Column(name = "raised_millis", nullable = false, updatable = false)
  private long raisedMillis;

  @Enumerated(EnumType.STRING)
  @Column(nullable = false, updatable = false)
  private AlarmKind kind;

  @Column(nullable = false, updatable = false)
  private String code;

  @Column(nullable = false, updatable = false)
  private String parameters;

  @Column(name = "run_id", nullable = false, updatable = false)
  private String runId;

  @Column(name = "task_id", nullable = false, updatable = false)
  private String taskId;

  @Column(name = "job_name", nullable = false, updatable = false)
  private String jobName;

  @Column(name = "vm_name", nullable = false, updatable = false)
  private String vmName;

  @Column(name = "platform_id", nullable = false, updatable = false)
  private String platformId;

  @Column(name = "platform_name", nullable = false, updatable = false)
  private String platformName;

  @Column(name = "acknowledged_millis")
  private Long acknowledgedMillis;

  @Column(name = "acknowledged_by", nullable = false)
  private String acknowledgedBy = "";

  /** For the persistence provider. */
  protected Alarm() {}

  Alarm(
      AlarmKind kind,
      AlarmSubject subject,
      String code,
      Map<String, String> parameters,
      Instant now) {
    this.id = UUID.randomUUID().toString();
    this.raisedMillis = now.toEpochMilli();
    this.kind = kind;
    this.code = code;
    this.parameters = NamedValues.write(parameters);
    this.runId = subject.runId();
    this.taskId = subject.taskId();
    this.jobName = subject.jobName();
    this.vmName = subject.vmName();
    this.platformId = subject.platformId();
    this.platformName = subject.platformName();
  }

  /** The first to acknowledge it stays. */
  void acknowledge(String user, Instant now) {
    if (isOpen()) {
      acknowledgedMillis = now.toEpochMilli();
      acknowledgedBy = user;
    }
  }

  public UUID getId() {
    return UUID.fromString(id);
  }

  public Instant getRaisedAt() {
    return Instant.ofEpochMilli(raisedMillis);
  }

  public AlarmKind getKind() {
    return kind;
  }

  public String getCode() {
    return code;
  }

  /** Empty when it is about a platform. */
  public String getRunId() {
    return runId;
  }

  /** Empty when it is about a platform. */
  public String getJobName() {
    return jobName;
  }

  /** Empty when it is about a whole run or a platform. */
  public String getVmName() {
    return vmName;
  }

  /** Empty when it is about a run. */
  public String getPlatformId() {
    return platformId;
  }

  /** What the platform was called then; empty when it is about a run. */
  public String getPlatformName() {
    return platformName;
  }

  /** Nobody has acknowledged it. */
  public boolean isOpen() {
    return acknowledgedMillis == null;
  }

  /** Null while it is open. */
  public Instant getAcknowledgedAt() {
    return acknowledgedMillis == null ? null : Instant.ofEpochMilli(acknowledgedMillis);
  }

  /** Empty while it is open. */
  public String getAcknowledgedBy() {
    return acknowledgedBy;
  }

  /** The sentence in the reader's language. */
  public String message(Locale locale) {
    return Messages.text(code, NamedValues.read(parameters), locale);
  }
}
