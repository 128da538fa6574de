package io.holdfast.server.upkeep;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.NamedValues;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.StoragePool;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A garbage collection or verification of a pool, under way or of the past (POOL-10). */
@Entity
@Table(name = "pool_job")
public class PoolJob {
  @Id private String id;

  @Column(name = "pool_id", nullable = false)
  private String poolId;

  @Column(name = "pool_name", nullable = false)
  private String poolName;

  @Enumerated(EnumType.STRING)
  @Column(nullable = false)
  private PoolJobKind kind;

  @Column(nullable = false)
  private String work;

  @Enumerated(EnumType.STRING)
  @Column(nullable = false)
  private PoolJobState state;

  @Column(name = "active_key")
  private String activeKey;

  @Column(name = "started_by", nullable = false)
  private String startedBy;

  @Column(name = "created_millis", nullable = false)
  private long createdMillis;

  @Column(name = "started_millis")
  private Long startedMillis;

  @Column(name = "ended_millis")
  private Long endedMillis;

  @Column(nullable = false)
  private String phase = "";

  @Column(name = "done_amount", nullable = false)
  private long doneAmount;

  @Column(name = "total_amount", nullable = false)
  private long totalAmount;

  @Column(name = "silent_millis")
  private Long silentMillis;

  @Column(nullable = false)
  private int attempts;

  @Column(nullable = false)
  private String result = "";

  @Column(name = "error_code")
  private String errorCode;

  @Column(name = "error_parameters")
  private String errorParameters;

  /** For the persistence provider. */
  protected PoolJob() {}

  PoolJob(StoragePool pool, PoolJobKind kind, PoolJobWork work, String startedBy, Instant now) {
    this.id = UUID.randomUUID().toString();
    this.poolId = pool.id().value();
    this.poolName = pool.name();
    this.kind = kind;
    this.work = work.toText();
    this.state = PoolJobState.WAITING;
    this.activeKey = poolId + ":" + kind;
    this.startedBy = startedBy;
    this.createdMillis = now.toEpochMilli();
  }

  /** It was due, and one of its kind had not ended: only the history knows it. */
  void skip(Instant now) {
    end(PoolJobState.SKIPPED, now);
  }

  /** The agent has it. */
  void started(Instant now) {
    if (startedMillis == null) {
      startedMillis = now.toEpochMilli();
    }
    if (state == PoolJobState.WAITING) {
      state = PoolJobState.RUNNING;
    }
    attempts++;
    silentMillis = null;
  }

  void progress(String newPhase, long done, long total) {
    phase = newPhase;
    doneAmount = done;
    totalAmount = total;
    silentMillis = null;
  }

  /** Its agent does not answer. Returns since when, as far as was asked. */
  Instant unheard(Instant now) {
    if (silentMillis == null || silentMillis > now.toEpochMilli()) {
      silentMillis = now.toEpochMilli();
    }
    return Instant.ofEpochMilli(silentMillis);
  }

  void stopping() {
    if (!state.isEnded()) {
      state = PoolJobState.STOPPING;
    }
  }

  void concluded(PoolJobResult amounts) {
    result = amounts.toText();
  }

  void end(PoolJobState outcome, Instant now) {
    state = outcome;
    activeKey = null;
    endedMillis = now.toEpochMilli();
  }

  void fail(BackupException failure, Instant now) {
    errorCode = failure.code().name();
    errorParameters = NamedValues.write(failure.parameters());
    end(PoolJobState.FAILED, now);
  }

  public UUID id() {
    return UUID.fromString(id);
  }

  public PoolId pool() {
    return new PoolId(poolId);
  }

  /** The pool's name when the job began. */
  public String poolName() {
    return poolName;
  }

  public PoolJobKind kind() {
    return kind;
  }

  public PoolJobWork work() {
    return PoolJobWork.ofText(work);
  }

  public PoolJobState state() {
    return state;
  }

  /** The user, or {@code system} for the plan. */
  public String startedBy() {
    return startedBy;
  }

  public Instant createdAt() {
    return Instant.ofEpochMilli(createdMillis);
  }

  /** When the agent took it. */
  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedMillis).map(Instant::ofEpochMilli);
  }

  public Optional<Instant> endedAt() {
    return Optional.ofNullable(endedMillis).map(Instant::ofEpochMilli);
  }

  /** MARK, COMPACT, DELETE, TIDY or VERIFY; empty before it began. */
  public String phase() {
    return phase;
  }

  /** Maps, bytes copied, packs deleted or bytes read, by phase. */
  public long done() {
    return doneAmount;
  }

  /** Of how many; 0: not known. */
  public long total() {
    return totalAmount;
  }

  /** How often an agent was told to begin. */
  public int attempts() {
    return attempts;
  }

  public PoolJobResult result() {
    return PoolJobResult.ofText(result);
  }

  /** What it failed with. */
  public Optional<BackupException> error() {
    return Optional.ofNullable(errorCode)
        .map(
            code ->
                BackupException.of(
                    ErrorCode.valueOf(code), NamedValues.read(errorParameters), null));
  }
}
