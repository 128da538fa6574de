package io.holdfast.server.inventory;

import io.holdfast.error.BackupException;
import java.time.Instant;
import java.util.Optional;

/**
 * How a platform was reached (RES-06).
 *
 * @param state when it was asked last
 * @param since when it was first found in this state; empty: never asked
 * @param askedAt when it was asked last; empty: never
 * @param problem why it is offline, or its backup host away
 * @param outage it was found offline and has not answered since; also while its backup host is away
 */
public record PlatformReach(
    PlatformState state,
    Optional<Instant> since,
    Optional<Instant> askedAt,
    Optional<BackupException> problem,
    boolean outage) {
  static final PlatformReach UNKNOWN =
      new PlatformReach(
          PlatformState.UNKNOWN, Optional.empty(), Optional.empty(), Optional.empty(), false);

  /** The next one: what is found again keeps its beginning. */
  PlatformReach found(PlatformState now, Instant at, Optional<BackupException> why) {
    boolean out = now == PlatformState.OFFLINE || outage && now != PlatformState.ONLINE;
    return new PlatformReach(
        now, now == state ? since : Optional.of(at), Optional.of(at), why, out);
  }
}
