package io.holdfast.server.upkeep;

import io.holdfast.agent.protocol.UpkeepDamage;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** A damaged place that a verification found, and every restore point it hurts. */
@Entity
@Table(name = "pool_job_damage")
public class PoolJobDamage {
  private static final int MAX_TEXT = 1000;

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(name = "job_id", nullable = false)
  private String jobId;

  @Column(name = "file_name", nullable = false)
  private String file;

  @Column(name = "offset_bytes", nullable = false)
  private long offset;

  @Column(name = "error_code", nullable = false)
  private String code;

  @Column(nullable = false)
  private String what;

  @Column(name = "restore_points", nullable = false)
  private String restorePoints;

  /** For the persistence provider. */
  protected PoolJobDamage() {}

  PoolJobDamage(UUID jobId, UpkeepDamage damage) {
    this.jobId = jobId.toString();
    this.file = cut(damage.getFile());
    this.offset = damage.getOffset();
    this.code = ErrorCode.ofNumber(damage.getCode()).name();
    this.what = cut(damage.getWhat());
    this.restorePoints = String.join(",", damage.getRestorePointIdsList());
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
  }

  /** Relative to the pool's folder. */
  public String file() {
    return file;
  }

  /** In the file, in bytes. */
  public long offset() {
    return offset;
  }

  /** CHUNK_CORRUPT, CHUNK_MISSING, FORMAT_CORRUPT… */
  public String code() {
    return code;
  }

  /** What is wrong there; what was kept before causes had a language of their own is English. */
  public String what(Locale locale) {
    return Messages.value(what, locale);
  }

  /** Ids of the restore points that cannot be restored in full; none: nothing is lost. */
  public List<String> restorePoints() {
    return restorePoints.isEmpty() ? List.of() : List.of(restorePoints.split(","));
  }
}
