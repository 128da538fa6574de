package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.database.NamedValues;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupOptionsConverter;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.speed.SpeedLimits;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * One execution of a policy or of a restore job. It keeps the options it was started with, so that
 * an edited policy changes the next run only; speed limits alone are taken over at once (OPT-10).
 */
@Entity
@Table(name = "backup_run")
public class BackupRun {
  @Id
  @Column(name = "id", length = 36)
  private String id;

  @Enumerated(EnumType.STRING)
  @Column(name = "kind", nullable = false)
  private RunKind kind;

  @Column(name = "job_id", nullable = false)
  private String jobId;

  @Column(name = "job_name", nullable = false)
  private String jobName;

  @Column(name = "platform_id", nullable = false)
  private String platformId;

  @Column(name = "agent_id", nullable = false)
  private String agentId;

  @Column(name = "pool_id", nullable = false)
  private String poolId;

  @Enumerated(EnumType.STRING)
  @Column(name = "backup_type")
  private BackupType backupType;

  @Convert(converter = BackupOptionsConverter.class)
  @Column(name = "options", nullable = false)
  private BackupOptions options;

  @Enumerated(EnumType.STRING)
  @Column(name = "state", nullable = false)
  private RunState state;

  @Column(name = "expanded", nullable = false)
  private boolean expanded;

  @Column(name = "started_by", nullable = false)
  private String startedBy;

  @Column(name = "started_millis", nullable = false)
  private long startedMillis;

  @Column(name = "ended_millis")
  private Long endedMillis;

  @Column(name = "error_code")
  private String errorCode;

  @Column(name = "error_parameters")
  private String errorParameters;

  @Column(name = "limits_now")
  private String limitsNow;

  @Column(name = "retry_no", nullable = false)
  private int retryNo;

  @Column(name = "retry_of")
  private String retryOf;

  @Column(name = "retry_due_millis")
  private Long retryDueMillis;

  /** For the persistence provider. */
  protected BackupRun() {}

  /** A new run in state PENDING. {@code backupType} is null for a restore. */
  BackupRun(UUID id, RunOrder order, String startedBy, Instant startedAt) {
    this.id = id.toString();
    this.kind = order.kind();
    this.jobId = order.jobId().toString();
    this.jobName = order.jobName();
    this.platformId = order.platformId().value();
    this.agentId = order.agentId().value();
    this.poolId = order.poolId().value();
    this.backupType = order.backupType();
    this.options = order.options();
    this.state = RunState.PENDING;
    this.startedBy = startedBy;
    this.startedMillis = startedAt.toEpochMilli();
  }

  void become(RunState next, Instant now) {
    if (state.isEnded()) {
      return;
    }
    state = next;
    if (next.isEnded()) {
      endedMillis = now.toEpochMilli();
    }
  }

  void failWith(BackupException failure, Instant now) {
    errorCode = failure.code().name();
    errorParameters = NamedValues.write(failure.parameters());
    become(RunState.FAILED, now);
  }

  /** OPT-14: its failed VMs are backed up again then. */
  void retryAt(Instant moment) {
    retryDueMillis = moment.toEpochMilli();
  }

  void forgetRetry() {
    retryDueMillis = null;
  }

  boolean isRetryDue(Instant now) {
    return retryDueMillis != null && retryDueMillis <= now.toEpochMilli();
  }

  /** It backs VMs up again that failed in another run. */
  void isRetryOf(BackupRun failed) {
    retryNo = failed.retryNo + 1;
    retryOf = failed.id;
  }

  /** Its job has other limits now. */
  void limitsOfJob(SpeedLimits limits) {
    options = options.withLimits(limits);
  }

  /** Limits in place of the job's from now on; empty: the job's again. */
  void limitsNow(Optional<SpeedLimits> limits) {
    limitsNow = limits.map(SpeedLimits::text).orElse(null);
  }

  /** The limits that count: those given to this run, else its job's. */
  public SpeedLimits limits() {
    return limitsNow == null ? options.limits() : SpeedLimits.parse(limitsNow);
  }

  /** Whether an operator gave this run limits of its own. */
  public boolean hasOwnLimits() {
    return limitsNow != null;
  }

  void setExpanded() {
    expanded = true;
  }

  /** Whether its VM tasks have been made. */
  boolean isExpanded() {
    return expanded;
  }

  /** How often its VMs have been tried before in runs of their own; 0: a first run. */
  public int getRetryNo() {
    return retryNo;
  }

  /** The run whose failed VMs it backs up again. */
  public Optional<UUID> getRetryOf() {
    return Optional.ofNullable(retryOf).map(UUID::fromString);
  }

  /** When its failed VMs are backed up again. */
  public Optional<Instant> getRetryDueAt() {
    return Optional.ofNullable(retryDueMillis).map(Instant::ofEpochMilli);
  }

  public UUID getId() {
    return UUID.fromString(id);
  }

  public RunKind getKind() {
    return kind;
  }

  /** The policy, or the restore job. */
  public UUID getJobId() {
    return UUID.fromString(jobId);
  }

  /** Name of policy or restore job when the run started. */
  public String getJobName() {
    return jobName;
  }

  public PlatformId getPlatformId() {
    return new PlatformId(platformId);
  }

  public AgentId getAgentId() {
    return new AgentId(agentId);
  }

  public PoolId getPoolId() {
    return new PoolId(poolId);
  }

  /** What was asked for; null for a restore. */
  public BackupType getBackupType() {
    return backupType;
  }

  public BackupOptions getOptions() {
    return options;
  }

  public RunState getState() {
    return state;
  }

  /** Login name, or empty when nobody's click started it. */
  public String getStartedBy() {
    return startedBy;
  }

  public Instant getStartedAt() {
    return Instant.ofEpochMilli(startedMillis);
  }

  /** Null while it has not ended. */
  public Instant getEndedAt() {
    return endedMillis == null ? null : Instant.ofEpochMilli(endedMillis);
  }

  /** What failed the run as a whole; errors of single VMs stand at their tasks. */
  public Optional<ErrorCode> getError() {
    return Optional.ofNullable(errorCode).map(ErrorCode::valueOf);
  }

  /** The sentence of {@link #getError()} in the reader's language, or empty. */
  public String errorMessage(Locale locale) {
    return errorCode == null
        ? ""
        : Messages.text(errorCode, NamedValues.read(errorParameters), locale);
  }
}
