package io.holdfast.pool.retention;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A restore point as retention sees it.
 *
 * @param id which one
 * @param createdAt time of the snapshot
 * @param full whether it was made without a base
 * @param heldByHand protected by somebody, without end
 * @param immutableUntil it must not go before
 */
public record RetainedPoint(
    UUID id,
    Instant createdAt,
    boolean full,
    boolean heldByHand,
    Optional<Instant> immutableUntil) {

  /** One that nothing protects. */
  public static RetainedPoint of(UUID id, Instant createdAt, boolean full) {
    return new RetainedPoint(id, createdAt, full, false, Optional.empty());
  }

  /** Whether it must not be removed at a time. */
  public boolean isProtectedAt(Instant time) {
    return heldByHand || immutableUntil.filter(time::isBefore).isPresent();
  }
}
