package io.holdfast.simulator.vm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What becomes of VMs when their host fails: what ran is restarted on another host of the cluster
 * when its disks can be reached from there; the rest is in an unknown state until the host is back.
 * SIM-02.
 */
public final class HighAvailability {
  private static final Logger LOG = Logger.getLogger(HighAvailability.class.getName());

  private final StateStore store;
  private final Machines machines;
  private final Power power;

  public HighAvailability(StateStore store, Machines machines, Power power) {
    this.store = store;
    this.machines = machines;
    this.power = power;
  }

  /**
   * All VMs of the host lose power at once. What ran is restarted elsewhere after a while, in the
   * background when that is more than 0 ms.
   *
   * @return the VMs that shall be restarted
   */
  public ObjectNode failed(Host host, boolean restart, long afterMillis) throws IOException {
    ObjectNode out = Json.object();
    ArrayNode names = out.putArray("restarted");
    for (Vm vm : store.read(s -> List.copyOf(s.vms))) {
      if (vm.hostId != host.id) {
        continue;
      }
      boolean ran = vm.status == VmStatus.RUNNING || vm.status == VmStatus.PAUSED;
      machines.locked(
          vm.id,
          v -> {
            power.closeHandles(v);
            if (ran) {
              machines.powerOff(v, false);
              machines.note(v, VmStatus.UNKNOWN);
            }
            return null;
          });
      if (ran && restart) {
        names.add(vm.name);
        elsewhere(vm, host, afterMillis);
      }
    }
    return out;
  }

  private void elsewhere(Vm vm, Host host, long afterMillis) {
    if (afterMillis <= 0) {
      restart(vm, host, 0);
      return;
    }
    Thread thread = new Thread(() -> restart(vm, host, afterMillis), "ha-" + vm.name);
    thread.setDaemon(true);
    thread.start();
  }

  private void restart(Vm vm, Host host, long afterMillis) {
    try {
      Thread.sleep(afterMillis);
      Optional<Host> target =
          store.read(
              s ->
                  s.hosts.stream()
                      .filter(h -> !h.failed && h.clusterId == host.clusterId)
                      .findFirst());
      if (target.isEmpty()) {
        return;
      }
      machines.locked(
          vm.id,
          v -> {
            power.migrate(v, target.get().id);
            machines.note(v, VmStatus.SHUT_OFF);
            power.start(v);
            return null;
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | CasException e) {
      LOG.log(Level.INFO, "HA cannot restart " + vm.name, e);
    }
  }

  /** VMs whose state was unknown with their host are shut off now that it is back. */
  public void repaired(Host host) {
    for (Vm vm : store.read(s -> List.copyOf(s.vms))) {
      if (vm.hostId == host.id && vm.status == VmStatus.UNKNOWN) {
        machines.note(vm, VmStatus.SHUT_OFF);
      }
    }
  }
}
