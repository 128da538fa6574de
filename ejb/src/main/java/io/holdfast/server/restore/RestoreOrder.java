package io.holdfast.server.restore;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** What a VM task of a restore was told to do: its job may be edited while it runs. */
@Entity
@Table(name = "restore_order")
public class RestoreOrder {
  @Id
  @Column(name = "task_id", length = 36)
  private String taskId;

  @Convert(converter = RestoreDefinitionConverter.class)
  @Column(name = "definition", nullable = false)
  private RestoreDefinition definition;

  /** For the persistence provider. */
  protected RestoreOrder() {}

  RestoreOrder(UUID taskId, RestoreDefinition definition) {
    this.taskId = taskId.toString();
    this.definition = definition;
  }

  public RestoreDefinition definition() {
    return definition;
  }
}
