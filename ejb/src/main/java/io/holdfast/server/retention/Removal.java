package io.holdfast.server.retention;

import io.holdfast.agent.protocol.RemovalPreview;
import io.holdfast.error.BackupException;
import io.holdfast.server.catalog.RestorePoint;
import java.util.List;
import java.util.Optional;

/**
 * What deleting a restore point by hand would mean.
 *
 * @param point which one
 * @param dependants made against it; they are complete by themselves and stay restorable
 * @param newest whether it is the VM's newest in its pool: the next backup of the VM is a full one
 * @param restoreJobs names of kept restore jobs that restore it; they cannot run any more then
 * @param freed what the pool would need less; empty when it could not be measured
 * @param refused why it cannot be deleted now; empty: it can
 */
public record Removal(
    RestorePoint point,
    List<RestorePoint> dependants,
    boolean newest,
    List<String> restoreJobs,
    Optional<RemovalPreview> freed,
    Optional<BackupException> refused) {
  public Removal {
    dependants = List.copyOf(dependants);
    restoreJobs = List.copyOf(restoreJobs);
  }
}
