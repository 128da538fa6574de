package io.holdfast.server.retention;

import io.holdfast.server.catalog.VmRef;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.run.RestorePointSealed;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * A backup has succeeded and retention has not been applied since. Written with the catalog row, so
 * that no crash in between forgets it.
 */
@Entity
@Table(name = "retention_due")
public class RetentionDue {
  @Id
  @Column(name = "restore_point_id")
  private String restorePointId;

  @Column(name = "pool_id", nullable = false)
  private String poolId;

  @Column(name = "policy_id", nullable = false)
  private String policyId;

  @Column(name = "platform_id", nullable = false)
  private String platformId;

  @Column(name = "vm_id", nullable = false)
  private String vmId;

  @Column(name = "due_millis", nullable = false)
  private long dueMillis;

  @Column(name = "retry_millis", nullable = false)
  private long retryMillis;

  @Column(name = "attempts", nullable = false)
  private int attempts;

  @Column(name = "immutable_days", nullable = false)
  private int immutableDays;

  /** For the persistence provider. */
  protected RetentionDue() {}

  RetentionDue(RestorePointSealed sealed, int immutableDays, Instant now) {
    this.restorePointId = sealed.restorePointId().toString();
    this.poolId = sealed.pool().value();
    this.policyId = sealed.policyId().toString();
    this.platformId = sealed.vm().platformId();
    this.vmId = sealed.vm().vmId();
    this.dueMillis = now.toEpochMilli();
    this.retryMillis = dueMillis;
    this.immutableDays = immutableDays;
  }

  /** The new restore point; also the VM task. */
  public UUID restorePointId() {
    return UUID.fromString(restorePointId);
  }

  public PoolId pool() {
    return new PoolId(poolId);
  }

  public UUID policyId() {
    return UUID.fromString(policyId);
  }

  public VmRef vm() {
    return new VmRef(platformId, vmId);
  }

  /** How often it was tried and failed for good; that the agent was away does not count. */
  public int attempts() {
    return attempts;
  }

  /**
   * The immutable period the job promised when the restore point was sealed and that is not set
   * yet; empty in rows of earlier versions, which did not note it.
   */
  public OptionalInt immutableDays() {
    return immutableDays < 0 ? OptionalInt.empty() : OptionalInt.of(immutableDays);
  }

  /** Whether it was never tried. */
  boolean isUntried() {
    return retryMillis == dueMillis;
  }

  /** The immutable period is set in the pool. */
  void immutableSet() {
    immutableDays = 0;
  }

  void waitUntil(Instant time) {
    retryMillis = time.toEpochMilli();
  }

  void tryAgainAt(Instant time) {
    attempts++;
    waitUntil(time);
  }
}
