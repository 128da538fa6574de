package io.holdfast.server.security;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/** USR-01: a person, or a program, that logs in. Names are lower case and unique. */
@Entity
@Table(name = "account")
public class User {
  @Id private String id;

  @Column(nullable = false, updatable = false)
  private String name;

  @Column(name = "password_hash", nullable = false)
  private String passwordHash;

  @Column(name = "must_change_password", nullable = false)
  private boolean mustChangePassword;

  @Column(nullable = false)
  private boolean enabled;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Column(name = "password_changed_at", nullable = false)
  private Instant passwordChangedAt;

  @ElementCollection(fetch = FetchType.EAGER)
  @CollectionTable(name = "account_role", joinColumns = @JoinColumn(name = "account_id"))
  @Column(name = "role_name")
  @Enumerated(EnumType.STRING)
  private Set<Role> roles;

  @Version private long version;

  /** For JPA. */
  protected User() {}

  /** A new, enabled user that must change the given password at first login. */
  public User(String name, PasswordHash passwordHash, Set<Role> roles, Instant createdAt) {
    this.id = UUID.randomUUID().toString();
    this.name = name;
    this.passwordHash = passwordHash.encoded();
    this.mustChangePassword = true;
    this.enabled = true;
    this.createdAt = createdAt;
    this.passwordChangedAt = createdAt;
    this.roles = EnumSet.copyOf(roles);
  }

  public String id() {
    return id;
  }

  public String name() {
    return name;
  }

  public Set<Role> roles() {
    return Set.copyOf(roles);
  }

  public boolean enabled() {
    return enabled;
  }

  public boolean mustChangePassword() {
    return mustChangePassword;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Instant passwordChangedAt() {
    return passwordChangedAt;
  }

  PasswordHash passwordHash() {
    return new PasswordHash(passwordHash);
  }

  void changePassword(PasswordHash hash, boolean mustChange, Instant at) {
    this.passwordHash = hash.encoded();
    this.mustChangePassword = mustChange;
    this.passwordChangedAt = at;
  }

  void changeRoles(Set<Role> newRoles) {
    roles.clear();
    roles.addAll(newRoles);
  }

  void enable(boolean on) {
    this.enabled = on;
  }
}
