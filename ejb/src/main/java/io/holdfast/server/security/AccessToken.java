package io.holdfast.server.security;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** A bearer token of REST as it is kept: its SHA-256, never itself. */
@Entity
@Table(name = "access_token")
public class AccessToken {
  @Id private String id;

  @Column(name = "account_id", nullable = false, updatable = false)
  private String userId;

  @Column(name = "token_hash", nullable = false, updatable = false)
  private String tokenHash;

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Column(name = "expires_at", nullable = false, updatable = false)
  private Instant expiresAt;

  @Column(name = "revoked_at")
  private Instant revokedAt;

  /** For JPA. */
  protected AccessToken() {}

  AccessToken(String userId, String tokenHash, Instant createdAt, Instant expiresAt) {
    this.id = UUID.randomUUID().toString();
    this.userId = userId;
    this.tokenHash = tokenHash;
    this.createdAt = createdAt;
    this.expiresAt = expiresAt;
  }

  String userId() {
    return userId;
  }

  boolean validAt(Instant now) {
    return revokedAt == null && now.isBefore(expiresAt);
  }

  void revoke(Instant at) {
    if (revokedAt == null) {
      revokedAt = at;
    }
  }
}
