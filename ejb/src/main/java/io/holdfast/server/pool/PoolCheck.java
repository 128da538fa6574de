package io.holdfast.server.pool;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What the last look at a pool found. */
@Entity
@Table(name = "pool_check")
public class PoolCheck {
  @Id
  @Column(name = "pool_id")
  private String poolId;

  @Column(name = "checked_at", nullable = false)
  private Instant checkedAt;

  @Column(nullable = false)
  private String findings;

  /** For JPA. */
  protected PoolCheck() {}

  /** Of a pool that nobody looked at yet. */
  public static PoolCheck first(PoolId pool) {
    PoolCheck check = new PoolCheck();
    check.poolId = pool.value();
    check.findings = "";
    check.checkedAt = Instant.EPOCH;
    return check;
  }

  /** Notes a look; what was found before. */
  Set<PoolFinding> found(PoolHealth health, Instant at) {
    Set<PoolFinding> before = EnumSet.noneOf(PoolFinding.class);
    Arrays.stream(PoolFinding.values())
        .filter(finding -> Arrays.asList(findings.split(",")).contains(finding.name()))
        .forEach(before::add);
    findings = health.findings().stream().map(Enum::name).collect(Collectors.joining(","));
    checkedAt = at;
    return before;
  }

  /** When it was. */
  public Instant checkedAt() {
    return checkedAt;
  }
}
