package io.holdfast.pool.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a restore point besides its sealed files.
 *
 * @param heldByHand protected by somebody, without end
 * @param immutableUntil it cannot be removed before
 * @param keptFor names of the rules that keep it, for people
 */
public record RetentionFacts(
    boolean heldByHand, Optional<Instant> immutableUntil, List<String> keptFor) {
  public RetentionFacts {
    keptFor = List.copyOf(keptFor);
  }
}
