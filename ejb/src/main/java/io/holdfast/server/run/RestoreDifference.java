package io.holdfast.server.run;

import io.holdfast.agent.protocol.PropertyDifference;
import io.holdfast.error.Messages;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.Locale;
import java.util.UUID;

/** A row of the table "original and restored VM" of a restore (CAS-19), as the agent told it. */
@Entity
@Table(name = "restore_difference")
public class RestoreDifference {
  private static final int LONGEST = 2000;

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Column(name = "id")
  private Long id;

  @Column(name = "task_id", nullable = false)
  private String taskId;

  @Column(name = "property", nullable = false)
  private String property;

  @Column(name = "subject", nullable = false)
  private String subject;

  @Column(name = "original", nullable = false)
  private String original;

  @Column(name = "restored", nullable = false)
  private String restored;

  @Column(name = "reason", nullable = false)
  private String reason;

  @Column(name = "action_needed", nullable = false)
  private boolean actionNeeded;

  /** For the persistence provider. */
  protected RestoreDifference() {}

  RestoreDifference(UUID taskId, PropertyDifference row) {
    this.taskId = taskId.toString();
    this.property = row.getProperty();
    this.subject = row.getSubject();
    this.original = shortened(row.getOriginal());
    this.restored = shortened(row.getRestored());
    this.reason = row.getReason();
    this.actionNeeded = row.getActionNeeded();
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
  }

  public UUID getTaskId() {
    return UUID.fromString(taskId);
  }

  /** Name of the property: {@code FIRMWARE}, {@code MAC} and so on. */
  public String getProperty() {
    return property;
  }

  /** The property in the reader's language. */
  public String propertyText(Locale locale) {
    return Messages.word("property", property, locale);
  }

  /** Which disk or card; empty: the VM. */
  public String getSubject() {
    return subject;
  }

  public String getOriginal() {
    return original;
  }

  public String getRestored() {
    return restored;
  }

  /** Name of the reason. */
  public String getReason() {
    return reason;
  }

  /** The reason in the reader's language. */
  public String reasonText(Locale locale) {
    return Messages.word("reason", reason, locale);
  }

  /** Whether something is left for the user to do. */
  public boolean isActionNeeded() {
    return actionNeeded;
  }
}
