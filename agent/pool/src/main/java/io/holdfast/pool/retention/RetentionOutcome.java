package io.holdfast.pool.retention;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What stays and why, and what goes. Immutable.
 *
 * @param kept per restore point its reasons, newest first
 * @param going oldest first
 * @param heldBack why nothing goes although the rules would let some
 */
public record RetentionOutcome(
    Map<UUID, Set<KeepReason>> kept, List<UUID> going, Optional<HeldBack> heldBack) {
  public RetentionOutcome {
    kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
    going = List.copyOf(going);
  }
}
