package io.holdfast.server.captcha;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/** A captcha that waits for its answer. */
@Entity
@Table(name = "restore_captcha")
public class StoredCaptcha {
  @Id
  @Column(name = "id", length = 36)
  private String id;

  @Column(name = "answer", nullable = false)
  private String answer;

  @Column(name = "expires_millis", nullable = false)
  private long expiresMillis;

  /** For the persistence provider. */
  protected StoredCaptcha() {}

  StoredCaptcha(UUID id, String answer, Instant expiresAt) {
    this.id = id.toString();
    this.answer = answer;
    this.expiresMillis = expiresAt.toEpochMilli();
  }

  /** Whether the typed characters are right and still in time. */
  boolean accepts(String typed, Instant now) {
    return typed != null
        && now.toEpochMilli() < expiresMillis
        && answer.equals(typed.strip().toUpperCase(Locale.ROOT));
  }
}
