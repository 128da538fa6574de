package io.holdfast.simulator.vm;

import io.holdfast.simulator.CasException;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * At start: takes over the QEMUs of a killed simulator; VMs whose QEMU is gone are started again
 * and have lost their bitmaps. A guest that the last one left frozen is thawed.
 */
public final class Recovery {
  private static final Logger LOG = Logger.getLogger(Recovery.class.getName());

  private final StateStore store;
  private final Machines machines;
  private final Snapshots snapshots;
  private final Tracking tracking;
  private final Quiesce quiesce;

  public Recovery(
      StateStore store,
      Machines machines,
      Snapshots snapshots,
      Tracking tracking,
      Quiesce quiesce) {
    this.store = store;
    this.machines = machines;
    this.snapshots = snapshots;
    this.tracking = tracking;
    this.quiesce = quiesce;
  }

  /** Brings every VM into the state the last simulator recorded. */
  public void run() {
    for (Vm vm : store.read(s -> List.copyOf(s.vms))) {
      try {
        machines.locked(
            vm.id,
            v -> {
              recover(v);
              return null;
            });
      } catch (IOException | CasException e) {
        LOG.log(Level.WARNING, "cannot bring back VM " + vm.name, e);
      }
    }
  }

  private void recover(Vm vm) throws IOException {
    vm.migrating = false;
    boolean wantsQemu = !vm.lazy && (vm.status == VmStatus.RUNNING || vm.status == VmStatus.PAUSED);
    if (machines.qemu(vm.id).isPresent() || (wantsQemu && machines.adopt(vm))) {
      quiesce.thawLeft(vm);
      snapshots.reconcile(vm);
      return;
    }
    machines.endStray(vm);
    snapshots.reconcile(vm);
    if (wantsQemu) {
      tracking.lose(vm, "powerCycle", Optional.empty());
      int status = vm.status;
      machines.start(vm);
      machines.note(vm, status);
    }
  }
}
