package io.holdfast.server.policy;

import java.util.UUID;

/** Fired inside the transaction that stores a new policy; observers of the commit start its run. */
public record PolicyCreated(UUID policyId, PlanKind plan) {}
