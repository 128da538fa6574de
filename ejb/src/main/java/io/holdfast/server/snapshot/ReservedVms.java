package io.holdfast.server.snapshot;

import io.holdfast.server.run.VmReservations;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.stream.Collectors;

/** No backup or restore begins while a VM's snapshots are being changed. */
@ApplicationScoped
public class ReservedVms implements VmReservations {
  @Inject SnapshotRepository operations;

  @Override
  public Set<String> reserved() {
    return operations.active().stream()
        .filter(each -> each.state() == SnapshotOperationState.RUNNING)
        .map(SnapshotOperation::exclusiveKey)
        .collect(Collectors.toSet());
  }
}
