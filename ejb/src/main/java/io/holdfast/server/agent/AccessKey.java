package io.holdfast.server.agent;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;

/** A key agents enrol with. Only the SHA-256 of its 256-bit secret is kept. */
@Entity
@Table(name = "access_key")
public class AccessKey {
  @Id private String id;

  @Column(nullable = false, updatable = false)
  private String label;

  @Column(name = "secret_hash", nullable = false, updatable = false)
  private String secretHash;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Column(name = "created_by", nullable = false, updatable = false)
  private String createdBy;

  @Column(name = "revoked_at")
  private Instant revokedAt;

  @Column(nullable = false)
  private long uses;

  @Version private long version;

  /** For JPA. */
  protected AccessKey() {}

  AccessKey(String id, String secretHash, String label, String createdBy, Instant createdAt) {
    this.id = id;
    this.secretHash = secretHash;
    this.label = label;
    this.createdBy = createdBy;
    this.createdAt = createdAt;
  }

  public String id() {
    return id;
  }

  /** What people call it. */
  public String label() {
    return label;
  }

  String secretHash() {
    return secretHash;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public String createdBy() {
    return createdBy;
  }

  /** Nothing while it can be used. */
  public Optional<Instant> revokedAt() {
    return Optional.ofNullable(revokedAt);
  }

  /** Enrolments made with it. */
  public long uses() {
    return uses;
  }

  void used() {
    uses++;
  }

  void revoke(Instant at) {
    if (revokedAt == null) {
      revokedAt = at;
    }
  }
}
