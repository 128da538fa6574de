package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.database.NamedValues;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** A {@link PlatformReach} as a row; it goes with its platform. */
@Entity
@Table(name = "platform_reach")
public class PlatformReachRow {
  @Id
  @Column(name = "platform_id")
  private String platformId;

  @Enumerated(EnumType.STRING)
  @Column(nullable = false)
  private PlatformState state;

  @Column(name = "since_millis", nullable = false)
  private long sinceMillis;

  @Column(name = "asked_millis", nullable = false)
  private long askedMillis;

  @Column(nullable = false)
  private boolean outage;

  @Column(name = "error_code", nullable = false)
  private String errorCode;

  @Column(nullable = false)
  private String parameters;

  /** For JPA. */
  protected PlatformReachRow() {}

  /** The row of what was found. */
  public PlatformReachRow(PlatformId id, PlatformReach found) {
    platformId = id.value();
    state = found.state();
    sinceMillis = found.since().orElse(Instant.EPOCH).toEpochMilli();
    askedMillis = found.askedAt().orElse(Instant.EPOCH).toEpochMilli();
    outage = found.outage();
    errorCode = found.problem().map(why -> why.code().name()).orElse("");
    parameters = NamedValues.write(found.problem().map(why -> why.parameters()).orElse(Map.of()));
  }

  /** What the row tells. */
  public PlatformReach reach() {
    Optional<BackupException> problem =
        Arrays.stream(ErrorCode.values())
            .filter(code -> code.name().equals(errorCode))
            .findFirst()
            .map(code -> BackupException.of(code, NamedValues.read(parameters), null));
    return new PlatformReach(
        state,
        Optional.of(Instant.ofEpochMilli(sinceMillis)),
        Optional.of(Instant.ofEpochMilli(askedMillis)),
        problem,
        outage);
  }
}
