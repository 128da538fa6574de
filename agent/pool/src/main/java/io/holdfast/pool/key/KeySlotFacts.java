package io.holdfast.pool.key;

import java.time.Instant;

/**
 * One way into an encrypted pool, as far as it may be told.
 *
 * @param number of the slot
 * @param kind what opens it
 * @param createdAt by the clock of the agent that made it
 */
public record KeySlotFacts(long number, SecretKind kind, Instant createdAt) {}
