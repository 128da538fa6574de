package io.holdfast.simulator.vm;

import io.holdfast.simulator.qemu.GuestAgent;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.VmStatus;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Freezes the file systems of guests that have an agent, as CAS tools do. The VM's lock is held.
 */
public final class Quiesce {
  private static final Logger LOG = Logger.getLogger(Quiesce.class.getName());
  private static final long ANSWER_MILLIS = 10_000;

  private final Machines machines;

  public Quiesce(Machines machines) {
    this.machines = machines;
  }

  /** Freezes; false when nobody in the guest answers. */
  public boolean freeze(Vm vm) {
    return vm.boot != null && vm.status == VmStatus.RUNNING && ask(vm, "guest-fsfreeze-freeze");
  }

  /** Thaws. */
  public void thaw(Vm vm) {
    ask(vm, "guest-fsfreeze-thaw");
  }

  private boolean ask(Vm vm, String command) {
    try (GuestAgent agent = new GuestAgent(machines.agent(vm), ANSWER_MILLIS)) {
      agent.execute(command, null);
      return true;
    } catch (IOException e) {
      LOG.log(Level.INFO, command + " in " + vm.name, e);
      return false;
    }
  }
}
