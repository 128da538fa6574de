package io.holdfast.server.audit;

import io.holdfast.server.resource.ResourceKind;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** One line of the audit log. */
@Entity
@Table(name = "audit_entry")
public class AuditEntry {
  private static final int MAX_DETAIL = 2000;
  private static final int MAX_NAME = 300;

  @Id private String id;

  @Column(name = "happened_at", nullable = false, updatable = false)
  private Instant happenedAt;

  @Column(name = "user_name", nullable = false, updatable = false)
  private String userName;

  @Column(nullable = false, updatable = false)
  private String source;

  @Column(nullable = false, updatable = false)
  private String action;

  @Enumerated(EnumType.STRING)
  @Column(name = "resource_kind", updatable = false)
  private ResourceKind resourceKind;

  @Column(name = "resource_id", updatable = false)
  private String resourceId;

  @Column(name = "resource_name", updatable = false)
  private String resourceName;

  @Column(nullable = false, updatable = false)
  private boolean succeeded;

  @Column(nullable = false, updatable = false)
  private String detail;

  /** For JPA. */
  protected AuditEntry() {}

  AuditEntry(Instant happenedAt, String userName, String source, AuditedAction action) {
    this.id = UUID.randomUUID().toString();
    this.happenedAt = happenedAt;
    this.userName = userName;
    this.source = source;
    this.action = action.action();
    this.resourceKind = action.resource().kind();
    this.resourceId = action.resource().id();
    this.resourceName = cut(action.resourceName(), MAX_NAME);
    this.succeeded = action.succeeded();
    this.detail = cut(action.detail(), MAX_DETAIL);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }

  public String id() {
    return id;
  }

  public Instant happenedAt() {
    return happenedAt;
  }

  /** Who. */
  public String userName() {
    return userName;
  }

  /** From where: an address, or {@code server}. */
  public String source() {
    return source;
  }

  /** What was done: {@code platform-add}, {@code login}… */
  public String action() {
    return action;
  }

  public ResourceKind resourceKind() {
    return resourceKind;
  }

  public String resourceId() {
    return resourceId;
  }

  public String resourceName() {
    return resourceName;
  }

  public boolean succeeded() {
    return succeeded;
  }

  public String detail() {
    return detail;
  }
}
