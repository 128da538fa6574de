package io.holdfast.server.run;

import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.PlanKind;
import io.holdfast.server.policy.PolicyCreated;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.security.AccessPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Runs an IMMEDIATE policy in the transaction that stores it (PLAN-01): both happen or neither. */
@ApplicationScoped
public class ImmediateRuns {
  @Inject private PolicyRepository policies;
  @Inject private RunStarter starter;
  @Inject private AccessPolicy access;

  void start(@Observes PolicyCreated created) {
    if (created.plan() == PlanKind.IMMEDIATE) {
      BackupPolicy policy = policies.find(created.policyId()).orElseThrow();
      starter.start(policy, policy.getBackupType(), access.caller().name());
    }
  }
}
