package io.holdfast.server.policy;

import io.holdfast.server.speed.SpeedLimits;
import java.util.UUID;

/**
 * A policy was given another definition, in the same transaction.
 *
 * @param policyId the policy
 * @param limits its speed limits now, which a run under way takes over (OPT-10, OPT-11)
 */
public record PolicyEdited(UUID policyId, SpeedLimits limits) {}
