package io.holdfast.server.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.policy.BackupPolicy;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
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

/** A kept restore: it can be edited and run again (RST-07). */
@Entity
@Table(name = "restore_job")
public class RestoreJob {
  @Id
  @Column(name = "id", length = 36)
  private String id;

  @Version
  @Column(name = "version")
  private long version;

  @Column(name = "name", nullable = false)
  private String name;

  @Column(name = "restore_point_id", nullable = false)
  private String restorePointId;

  @Column(name = "platform_id", nullable = false)
  private String platformId;

  @Convert(converter = RestoreDefinitionConverter.class)
  @Column(name = "definition", nullable = false)
  private RestoreDefinition definition;

  @ElementCollection(fetch = FetchType.EAGER)
  @CollectionTable(name = "restore_job_more", joinColumns = @JoinColumn(name = "job_id"))
  @OrderColumn(name = "position")
  @Convert(converter = RestoreDefinitionConverter.class)
  @Column(name = "definition", nullable = false)
  private List<RestoreDefinition> more = new ArrayList<>();

  @Column(name = "created_by", nullable = false)
  private String createdBy;

  @Column(name = "created_millis", nullable = false)
  private long createdMillis;

  /** For the persistence provider. */
  protected RestoreJob() {}

  /**
   * A new restore job.
   *
   * @throws BackupException FIELD_MISSING naming the field
   */
  public RestoreJob(
      UUID id,
      String name,
      List<RestoreDefinition> definitions,
      String createdBy,
      Instant createdAt) {
    this.id = id.toString();
    this.createdBy = createdBy;
    this.createdMillis = createdAt.toEpochMilli();
    define(name, definitions);
  }

  /**
   * Replaces name and definitions: one, or a batch of new VMs.
   *
   * @throws BackupException FIELD_MISSING or INVALID_VALUE naming the field; nothing has changed
   *     then
   */
  public final void define(String newName, List<RestoreDefinition> definitions) {
    if (newName == null || newName.isBlank()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "name");
    }
    if (newName.strip().length() > BackupPolicy.NAME_LENGTH) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "name",
          "value",
          newName.substring(0, 40) + "…",
          "expected",
          "1-" + BackupPolicy.NAME_LENGTH);
    }
    if (definitions.isEmpty()) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "restorePoint");
    }
    RestoreRules.checkBatch(definitions);
    RestoreDefinition newDefinition = definitions.get(0);
    name = newName.strip();
    definition = newDefinition;
    more.clear();
    more.addAll(definitions.subList(1, definitions.size()));
    restorePointId = newDefinition.restorePointId().toString();
    platformId = newDefinition.target().platformId().value();
  }

  public UUID getId() {
    return UUID.fromString(id);
  }

  public String getName() {
    return name;
  }

  /** The definition; of a batch its first. */
  public RestoreDefinition getDefinition() {
    return definition;
  }

  /** One definition for each VM that is restored; at least one. */
  public List<RestoreDefinition> getDefinitions() {
    List<RestoreDefinition> all = new ArrayList<>();
    all.add(definition);
    all.addAll(more);
    return all;
  }

  public String getCreatedBy() {
    return createdBy;
  }

  public Instant getCreatedAt() {
    return Instant.ofEpochMilli(createdMillis);
  }
}
