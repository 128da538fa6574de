package io.holdfast.server.pool;

import io.holdfast.agent.protocol.PoolStatus;
import io.holdfast.server.agent.AgentId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;

/** POOL-01: a pool in a folder of a storage agent. */
@Entity
@Table(name = "storage_pool")
public class StoragePool {
  @Id private String id;

  @Column(nullable = false)
  private String name;

  @Column(name = "agent_id", nullable = false)
  private String agentId;

  @Column(nullable = false)
  private String folder;

  @Column(name = "chunk_bytes", nullable = false, updatable = false)
  private int chunkBytes;

  @Enumerated(EnumType.STRING)
  @Column(nullable = false, updatable = false)
  private PoolKind kind;

  @Column(nullable = false, updatable = false)
  private boolean encrypted;

  @Enumerated(EnumType.STRING)
  @Column(name = "key_kind")
  private PoolKeyKind keyKind;

  @Column(name = "sealed_key")
  private String sealedKey;

  @Column(name = "quota_bytes", nullable = false)
  private long quotaBytes = PoolLimits.PRESET.quotaBytes();

  @Column(name = "warning_percent", nullable = false)
  private int warningPercent = PoolLimits.PRESET.warningPercent();

  @Column(name = "critical_percent", nullable = false)
  private int criticalPercent = PoolLimits.PRESET.criticalPercent();

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Version private long version;

  /** For JPA. */
  protected StoragePool() {}

  /**
   * @param made what the agent says of the pool: its own chunk size and kind count
   */
  StoragePool(PoolId id, NewPool wanted, PoolStatus made, Instant createdAt) {
    this.id = id.value();
    this.name = wanted.name();
    this.agentId = wanted.agent().value();
    this.folder = wanted.folder();
    this.chunkBytes = made.getChunkBytes();
    this.kind = PoolKind.of(made.getKind());
    this.encrypted = made.getEncrypted();
    this.createdAt = createdAt;
  }

  public PoolId id() {
    return new PoolId(id);
  }

  public String name() {
    return name;
  }

  /** The storage agent that owns it. */
  public AgentId agent() {
    return new AgentId(agentId);
  }

  /** Absolute path on that agent. */
  public String folder() {
    return folder;
  }

  public int chunkBytes() {
    return chunkBytes;
  }

  public PoolKind kind() {
    return kind;
  }

  /** Whether its chunks are encrypted (OPT-17). */
  public boolean encrypted() {
    return encrypted;
  }

  /** What the server opens it with; empty: not encrypted, or nobody entered a secret. */
  public Optional<PoolKeyKind> keyKind() {
    return Optional.ofNullable(keyKind);
  }

  /** The secret as it lies in the database; only for {@link PoolConnections}. */
  Optional<String> sealedKey() {
    return Optional.ofNullable(sealedKey);
  }

  void keepKey(PoolKeyKind opens, String sealed) {
    keyKind = opens;
    sealedKey = sealed;
  }

  /** What it may store, and when that is an alarm (POOL-08). */
  public PoolLimits limits() {
    return new PoolLimits(quotaBytes, warningPercent, criticalPercent);
  }

  void limit(PoolLimits limits) {
    quotaBytes = limits.quotaBytes();
    warningPercent = limits.warningPercent();
    criticalPercent = limits.criticalPercent();
  }

  public Instant createdAt() {
    return createdAt;
  }
}
