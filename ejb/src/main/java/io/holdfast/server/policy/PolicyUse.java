package io.holdfast.server.policy;

import java.util.UUID;

/** Answered by features that use policies, so that a policy in use is not deleted or changed. */
public interface PolicyUse {
  /** Whether a run of the policy has not ended yet. */
  boolean isRunning(UUID policyId);
}
