package io.holdfast.server.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.policy.BackupPolicy;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
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
      UUID id, String name, RestoreDefinition definition, String createdBy, Instant createdAt) {
    this.id = id.toString();
    this.createdBy = createdBy;
    this.createdMillis = createdAt.toEpochMilli();
    define(name, definition);
  }

  /**
   * Replaces name and definition.
   *
   * @throws BackupException FIELD_MISSING or INVALID_VALUE naming the field; nothing has changed
   *     then
   */
  public final void define(String newName, RestoreDefinition newDefinition) {
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
    RestoreRules.check(newDefinition);
    name = newName.strip();
    definition = newDefinition;
    restorePointId = newDefinition.restorePointId().toString();
    platformId = newDefinition.target().platformId().value();
  }

  public UUID getId() {
    return UUID.fromString(id);
  }

  public String getName() {
    return name;
  }

  public RestoreDefinition getDefinition() {
    return definition;
  }

  public String getCreatedBy() {
    return createdBy;
  }

  public Instant getCreatedAt() {
    return Instant.ofEpochMilli(createdMillis);
  }
}
