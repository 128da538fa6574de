package io.holdfast.simulator.vm;

import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.qemu.GuestAgent;
import io.holdfast.simulator.qemu.NbdProcess;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.VmStatus;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Freezes the file systems of guests that have an agent, as CAS tools do [INF]. The VM's lock is
 * held.
 */
public final class Quiesce {
  private static final Logger LOG = Logger.getLogger(Quiesce.class.getName());
  private static final long ANSWER_MILLIS = 8_000;
  private static final long LEFT_ANSWER_MILLIS = 3_000;
  private static final long POLL_MILLIS = 50;
  private static final int THAW_TRIES = 3;

  private final Machines machines;

  public Quiesce(Machines machines) {
    this.machines = machines;
  }

  /** What happens while the guest is frozen. */
  public interface Work {
    void run() throws IOException;
  }

  /**
   * Does the work with the guest frozen, and thaws it whatever becomes of it. The faults {@code
   * freeze-holds} and {@code freeze-stays} keep it frozen before the work; a task that is cancelled
   * meanwhile fails.
   *
   * @return whether the guest was frozen all the time; the work is done also where nobody in the
   *     guest answers
   */
  public boolean around(Vm vm, Optional<Fault> fault, BooleanSupplier cancelled, Work work)
      throws IOException {
    if (!freeze(vm)) {
      work.run();
      return false;
    }
    try {
      hold(fault, cancelled);
      work.run();
      return isFrozen(vm);
    } finally {
      thaw(vm);
    }
  }

  private static void hold(Optional<Fault> fault, BooleanSupplier cancelled) throws IOException {
    String action = fault.map(Fault::action).orElse("");
    long millis =
        switch (action) {
          case "freeze-holds" -> fault.get().number("ms", 1000);
          case "freeze-stays" -> TimeUnit.HOURS.toMillis(1);
          default -> 0;
        };
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (true) {
      if (cancelled.getAsBoolean()) {
        throw new CasException(CasException.UNKNOWN, "任务已取消。");
      }
      if (System.nanoTime() >= end) {
        return;
      }
      NbdProcess.sleep(POLL_MILLIS);
    }
  }

  /** False when nobody in the guest answers; what was frozen late is thawed as soon as it can. */
  private boolean freeze(Vm vm) {
    if (vm.boot == null || vm.status != VmStatus.RUNNING || !machines.hasTools(vm)) {
      return false;
    }
    boolean asked = false;
    try (GuestAgent agent = new GuestAgent(machines.agent(vm), ANSWER_MILLIS)) {
      asked = true;
      return agent.freeze() > 0;
    } catch (IOException e) {
      LOG.log(Level.INFO, "freezing " + vm.name, e);
      if (asked) {
        thaw(vm);
      }
      return false;
    }
  }

  private boolean isFrozen(Vm vm) {
    try (GuestAgent agent = new GuestAgent(machines.agent(vm), ANSWER_MILLIS)) {
      return agent.isFrozen();
    } catch (IOException e) {
      LOG.log(Level.INFO, "is " + vm.name + " frozen", e);
      return false;
    }
  }

  private void thaw(Vm vm) {
    for (int i = 0; i < THAW_TRIES; i++) {
      try (GuestAgent agent = new GuestAgent(machines.agent(vm), ANSWER_MILLIS)) {
        agent.thaw();
        return;
      } catch (IOException e) {
        LOG.log(Level.WARNING, "thawing " + vm.name, e);
      }
    }
  }

  /** Thaws what a simulator that was killed left frozen. */
  void thawLeft(Vm vm) {
    if (vm.boot == null || !machines.hasTools(vm)) {
      return;
    }
    try (GuestAgent agent = new GuestAgent(machines.agent(vm), LEFT_ANSWER_MILLIS)) {
      if (agent.isFrozen()) {
        agent.thaw();
      }
    } catch (IOException e) {
      LOG.log(Level.INFO, "is " + vm.name + " left frozen", e);
    }
  }
}
