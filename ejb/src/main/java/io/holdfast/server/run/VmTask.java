package io.holdfast.server.run;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.database.NamedValues;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupType;
import jakarta.persistence.Column;
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
 * The work of a run on one VM. Its id is also the agent's session id and, of a backup, the id of
 * the restore point it ends in. Changed under a row lock only; a change that {@link
 * TaskState#mayBecome} forbids is ignored, so late news of an ended task does no harm.
 */
@Entity
@Table(name = "vm_task")
public class VmTask {
  private static final int LONGEST_RETRY_SECONDS = 30;

  @Id
  @Column(name = "id", length = 36)
  private String id;

  @Column(name = "run_id", nullable = false)
  private String runId;

  @Enumerated(EnumType.STRING)
  @Column(name = "kind", nullable = false)
  private RunKind kind;

  @Column(name = "platform_id", nullable = false)
  private String platformId;

  @Column(name = "agent_id", nullable = false)
  private String agentId;

  @Column(name = "vm_id", nullable = false)
  private String vmId;

  @Column(name = "vm_uuid", nullable = false)
  private String vmUuid;

  @Column(name = "vm_name", nullable = false)
  private String vmName;

  @Column(name = "host_id", nullable = false)
  private String hostId;

  @Column(name = "host_name", nullable = false)
  private String hostName;

  @Column(name = "exclusive_key", nullable = false)
  private String exclusiveKey;

  @Column(name = "queue_order", nullable = false)
  private long queueOrder;

  @Column(name = "threads", nullable = false)
  private int threads;

  @Enumerated(EnumType.STRING)
  @Column(name = "state", nullable = false)
  private TaskState state;

  @Enumerated(EnumType.STRING)
  @Column(name = "effective_type")
  private BackupType effectiveType;

  @Column(name = "execution_id")
  private Long executionId;

  @Column(name = "server_instance")
  private String serverInstance;

  @Column(name = "release_due", nullable = false)
  private boolean releaseDue;

  @Column(name = "accomplished", nullable = false)
  private boolean accomplished;

  @Column(name = "held", nullable = false)
  private boolean held;

  @Column(name = "attempts", nullable = false)
  private int attempts;

  @Column(name = "started_millis")
  private Long startedMillis;

  @Column(name = "ended_millis")
  private Long endedMillis;

  @Column(name = "interrupted_millis")
  private Long interruptedMillis;

  @Column(name = "retry_millis", nullable = false)
  private long retryMillis;

  @Column(name = "claimed_vm")
  private String claimedVm;

  @Column(name = "error_code")
  private String errorCode;

  @Column(name = "error_parameters")
  private String errorParameters;

  /** For the persistence provider. */
  protected VmTask() {}

  /** A new task at the end of the queue. */
  VmTask(UUID id, BackupRun run, TaskTarget target, long queueOrder) {
    this.id = id.toString();
    this.runId = run.getId().toString();
    this.kind = run.getKind();
    this.platformId = run.getPlatformId().value();
    this.agentId = run.getAgentId().value();
    this.vmId = target.vmId();
    this.vmUuid = target.vmUuid();
    this.vmName = target.vmName();
    this.hostId = target.hostId();
    this.hostName = target.hostName();
    this.exclusiveKey = platformId + "/" + target.exclusiveKey();
    this.queueOrder = queueOrder;
    this.threads = 1 + run.getOptions().parallelism().streamsPerVm();
    this.state = TaskState.PENDING;
  }

  /** Goes over to {@code next} if that is allowed; tells whether it did. */
  boolean become(TaskState next, Instant now) {
    if (!state.mayBecome(next)) {
      return false;
    }
    state = next;
    if (next == TaskState.PREPARING && startedMillis == null) {
      startedMillis = now.toEpochMilli();
    }
    if (next.isEnded()) {
      endedMillis = now.toEpochMilli();
    }
    return true;
  }

  void claimBy(String instance, Instant now) {
    become(TaskState.PREPARING, now);
    serverInstance = instance;
    forgetError();
    attempts++;
  }

  /**
   * Becomes INTERRUPTED. The time without progress counts from the first interruption after the
   * last byte that moved; repeated attempts are spaced out.
   */
  boolean interrupt(Instant now, Instant lastProgress) {
    if (!become(TaskState.INTERRUPTED, now)) {
      return false;
    }
    if (interruptedMillis == null || lastProgress.toEpochMilli() > interruptedMillis) {
      interruptedMillis = now.toEpochMilli();
      attempts = 1;
    }
    retryMillis = now.toEpochMilli() + 1000L * Math.min(LONGEST_RETRY_SECONDS, 2L * attempts);
    return true;
  }

  void hold(boolean on) {
    held = on;
  }

  void retryAt(Instant moment) {
    retryMillis = moment.toEpochMilli();
  }

  /** Whether the pause after its last interruption is over. */
  boolean mayRetry(Instant now) {
    return now.toEpochMilli() >= retryMillis;
  }

  void executing(long execution) {
    executionId = execution;
  }

  void forgetExecution() {
    executionId = null;
  }

  void describe(String uuid, String host, String hostTitle) {
    vmUuid = uuid;
    if (!host.isEmpty()) {
      hostId = host;
      hostName = hostTitle.isEmpty() ? host : hostTitle;
    }
  }

  /** The platform's id of the VM, which may have changed since it was selected. */
  void foundAs(String id) {
    if (!id.isEmpty()) {
      vmId = id;
    }
  }

  /** Which VM it is at work on, as {@link VmClaims} tells VMs apart. */
  void claimVm(String identity) {
    claimedVm = identity;
  }

  boolean hasClaimed(String identity) {
    return identity.equals(claimedVm);
  }

  /** What it works on, for a task that tries again. */
  TaskTarget target() {
    return new TaskTarget(vmId, vmUuid, vmName, hostId, hostName);
  }

  void note(BackupException failure) {
    errorCode = failure.code().name();
    errorParameters = NamedValues.write(failure.parameters());
  }

  void forgetError() {
    errorCode = null;
    errorParameters = null;
  }

  void decideType(BackupType type) {
    effectiveType = type;
  }

  void setReleaseDue(boolean due) {
    releaseDue = due;
  }

  void accomplish() {
    accomplished = true;
  }

  /** A restore to a new VM learns its id. */
  void targetIs(String newVmId, String newVmName) {
    vmId = newVmId;
    vmName = newVmName;
  }

  public UUID getId() {
    return UUID.fromString(id);
  }

  public UUID getRunId() {
    return UUID.fromString(runId);
  }

  public RunKind getKind() {
    return kind;
  }

  public PlatformId getPlatformId() {
    return new PlatformId(platformId);
  }

  public AgentId getAgentId() {
    return new AgentId(agentId);
  }

  /** The platform's id of the VM; empty while a restore has not made it. */
  public String getVmId() {
    return vmId;
  }

  public String getVmUuid() {
    return vmUuid;
  }

  public String getVmName() {
    return vmName;
  }

  public String getHostId() {
    return hostId;
  }

  public String getHostName() {
    return hostName;
  }

  /** Tasks of the same key never run at the same time (CAS-18). */
  public String getExclusiveKey() {
    return exclusiveKey;
  }

  public long getQueueOrder() {
    return queueOrder;
  }

  /** Batch threads it needs at most: one for the job, one for each stream at work. */
  public int getThreads() {
    return threads;
  }

  public TaskState getState() {
    return state;
  }

  /** Full, incremental or differential as it turned out; null until planned and for restores. */
  public BackupType getEffectiveType() {
    return effectiveType;
  }

  /** The batch engine's latest execution; null before the first. */
  public Long getExecutionId() {
    return executionId;
  }

  /** The server process that claimed it last; null before. */
  public String getServerInstance() {
    return serverInstance;
  }

  /** Whether something may still be held on platform, agent or in the pool for it. */
  public boolean isReleaseDue() {
    return releaseDue;
  }

  /**
   * Whether what it was made for is done for good: the restore point is sealed and in the catalog,
   * or the restore is finished. Only the release is left then.
   */
  public boolean isAccomplished() {
    return accomplished;
  }

  /**
   * Whether an operator has stopped its execution, so that it does not go on by itself (API-01).
   */
  public boolean isHeld() {
    return held;
  }

  /** How often it was claimed since its last progress. */
  public int getAttempts() {
    return attempts;
  }

  /** Null before the first claim. */
  public Instant getStartedAt() {
    return startedMillis == null ? null : Instant.ofEpochMilli(startedMillis);
  }

  /** Null while it has not ended. */
  public Instant getEndedAt() {
    return endedMillis == null ? null : Instant.ofEpochMilli(endedMillis);
  }

  /** Since when no byte has moved, of an interrupted task; null when it never was interrupted. */
  public Instant getInterruptedAt() {
    return interruptedMillis == null ? null : Instant.ofEpochMilli(interruptedMillis);
  }

  /** What ended or interrupted it. */
  public Optional<ErrorCode> getError() {
    return Optional.ofNullable(errorCode).map(ErrorCode::valueOf);
  }

  String errorParameters() {
    return errorParameters;
  }

  /** The sentence of {@link #getError()} in the reader's language, or empty. */
  public String errorMessage(Locale locale) {
    return errorCode == null
        ? ""
        : Messages.text(errorCode, NamedValues.read(errorParameters), locale);
  }
}
