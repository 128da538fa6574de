package io.holdfast.server.policy;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.pool.PoolId;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A policy: what screens call a backup job (JOB-01). Complete and valid whenever it exists. */
@Entity
@Table(name = "backup_policy")
public class BackupPolicy {
  /** Longest name, characters. */
  public static final int NAME_LENGTH = 250;

  @Id
  @Column(name = "id", length = 36)
  private String id;

  @Version
  @Column(name = "version")
  private long version;

  @Column(name = "name", nullable = false, unique = true)
  private String name;

  @Column(name = "platform_id", nullable = false)
  private String platformId;

  @Column(name = "agent_id", nullable = false)
  private String agentId;

  @Column(name = "pool_id", nullable = false)
  private String poolId;

  @ElementCollection(fetch = FetchType.EAGER)
  @CollectionTable(name = "policy_content", joinColumns = @JoinColumn(name = "policy_id"))
  @OrderColumn(name = "position")
  private List<ContentNode> content = new ArrayList<>();

  @Convert(converter = PatternsConverter.class)
  @Column(name = "exclusion_patterns", nullable = false)
  private List<String> exclusionPatterns = List.of();

  @ElementCollection(fetch = FetchType.EAGER)
  @CollectionTable(name = "policy_removed", joinColumns = @JoinColumn(name = "policy_id"))
  @OrderColumn(name = "position")
  private List<ContentNode> removed = new ArrayList<>();

  @Enumerated(EnumType.STRING)
  @Column(name = "plan_kind", nullable = false)
  private PlanKind planKind;

  @Enumerated(EnumType.STRING)
  @Column(name = "backup_type", nullable = false)
  private BackupType backupType;

  @Convert(converter = RetentionConverter.class)
  @Column(name = "retention", nullable = false)
  private Retention retention;

  @Convert(converter = BackupOptionsConverter.class)
  @Column(name = "options", nullable = false)
  private BackupOptions options;

  @Column(name = "enabled", nullable = false)
  private boolean enabled;

  @Column(name = "created_millis", nullable = false)
  private long createdMillis;

  /** For the persistence provider. */
  protected BackupPolicy() {}

  /**
   * A new, enabled policy.
   *
   * @throws BackupException FIELD_MISSING or INVALID_VALUE naming the field
   */
  public BackupPolicy(UUID id, PolicyDefinition definition, Instant createdAt) {
    this.id = id.toString();
    this.enabled = true;
    this.createdMillis = createdAt.toEpochMilli();
    define(definition);
  }

  /**
   * Replaces everything a person can say about it.
   *
   * @throws BackupException FIELD_MISSING or INVALID_VALUE naming the field; nothing has changed
   *     then
   */
  public final void define(PolicyDefinition definition) {
    String checkedName = checkedName(definition.name());
    require("platform", definition.platformId());
    require("agent", definition.agentId());
    require("pool", definition.poolId());
    require("plan", definition.plan());
    require("planKind", definition.plan().kind());
    require("backupType", definition.plan().backupType());
    require("retention", definition.plan().retention());
    require("options", definition.options());
    require("exclusions", definition.exclusions());
    PolicyRules.check(definition.plan(), definition.options());
    if (definition.content() == null || definition.content().isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "content");
    }
    name = checkedName;
    platformId = definition.platformId().value();
    agentId = definition.agentId().value();
    poolId = definition.poolId().value();
    content.clear();
    definition.content().stream().distinct().forEach(content::add);
    exclusionPatterns = definition.exclusions().patterns();
    removed.clear();
    removed.addAll(definition.exclusions().removed());
    planKind = definition.plan().kind();
    backupType = definition.plan().backupType();
    retention = definition.plan().retention();
    options = definition.options();
  }

  private static String checkedName(String name) {
    if (name == null || name.isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "name");
    }
    if (name.strip().length() > NAME_LENGTH) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "name",
          "value",
          name.substring(0, 40) + "…",
          "expected",
          "1-" + NAME_LENGTH);
    }
    return name.strip();
  }

  private static void require(String field, Object value) {
    if (value == null) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", field);
    }
  }

  /** What a person said about it. */
  public PolicyDefinition definition() {
    return new PolicyDefinition(
        name,
        getPlatformId(),
        getContent(),
        getAgentId(),
        getPoolId(),
        new PolicyDefinition.Plan(planKind, backupType, retention),
        options,
        getExclusions());
  }

  /** VMs of the content that are left out (INV-05). */
  public Exclusions getExclusions() {
    return new Exclusions(exclusionPatterns, removed);
  }

  /** A disabled policy refuses to run. */
  public void setEnabled(boolean enabled) {
    this.enabled = enabled;
  }

  public UUID getId() {
    return UUID.fromString(id);
  }

  public String getName() {
    return name;
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

  public List<ContentNode> getContent() {
    return List.copyOf(content);
  }

  public PlanKind getPlanKind() {
    return planKind;
  }

  public BackupType getBackupType() {
    return backupType;
  }

  /** How long its restore points stay. */
  public Retention getRetention() {
    return retention;
  }

  public BackupOptions getOptions() {
    return options;
  }

  public boolean isEnabled() {
    return enabled;
  }

  public Instant getCreatedAt() {
    return Instant.ofEpochMilli(createdMillis);
  }
}
