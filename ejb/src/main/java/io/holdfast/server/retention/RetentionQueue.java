package io.holdfast.server.retention;

import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.PolicyRepository;
import io.holdfast.server.run.RestorePointSealed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;

/** Notes in the transaction of a success that retention is due: both are kept or neither. */
@ApplicationScoped
public class RetentionQueue {
  @Inject private RetentionDueRepository due;
  @Inject private PolicyRepository policies;
  @Inject private Clock clock;

  void succeeded(@Observes RestorePointSealed sealed) {
    Optional<BackupPolicy> policy = policies.find(sealed.policyId());
    if (policy.filter(known -> !known.getRetention().isIdle()).isPresent()
        && due.find(sealed.restorePointId()).isEmpty()) {
      due.add(
          new RetentionDue(sealed, policy.get().getRetention().immutableDays(), clock.instant()));
    }
  }
}
