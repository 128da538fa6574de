package io.holdfast.simulator.vm;

import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * Power, pause, hibernation and migration of VMs. Calls that take a {@link Vm} come with its lock
 * held, but for {@link #awaitShutdown}. SIM-02.
 */
public final class Power {
  /** A safe shutdown that does not end by itself. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final long GIVE_UP_MILLIS = 3_600_000;
  private static final long POLL_MILLIS = 20;

  private final StateStore store;
  private final Volumes volumes;
  private final Machines machines;
  private final Tracking tracking;
  private final Faults faults;
  private final long shutdownMillis;
  private IntPredicate openForWriting = id -> false;
  private IntConsumer closeHandles = id -> {};

  public Power(StateStore store, Volumes volumes, Machines machines, Parts parts) {
    this.store = store;
    this.volumes = volumes;
    this.machines = machines;
    this.tracking = parts.tracking();
    this.faults = parts.faults();
    this.shutdownMillis = parts.shutdownMillis();
  }

  /** What else power needs. */
  public record Parts(Tracking tracking, Faults faults, long shutdownMillis) {}

  /**
   * Tells who knows whether a VM's disks are open for writing on the data plane, and who closes
   * what is open of a VM.
   */
  public void handlesKnownBy(IntPredicate writing, IntConsumer close) {
    openForWriting = writing;
    closeHandles = close;
  }

  /** Refuses while a disk of the VM is open for writing. */
  void requireNotWritten(Vm vm) {
    if (openForWriting.test(vm.id)) {
      throw new CasException(CasException.BUSY, "主机正忙于另一事务，请稍后重试。");
    }
  }

  /** Starts a VM that is shut off or hibernated. */
  public void start(Vm vm) throws IOException {
    Machines.requireStatus(vm, VmStatus.SHUT_OFF);
    requireNotWritten(vm);
    requireHost(vm);
    vm.hibernated = false;
    machines.start(vm);
  }

  private void requireHost(Vm vm) {
    if (store.read(s -> s.host(vm.hostId)).map(h -> h.failed).orElse(true)) {
      throw new CasException(CasException.NO_HOST, "主机状态异常：" + vm.hostId);
    }
  }

  /**
   * Waits until a guest that was asked to shut down is off. Without the VM's lock: the VM runs on
   * meanwhile, and can be powered off. A refusal, and a guest that does not end within an hour, are
   * CasExceptions.
   */
  public void awaitShutdown(Vm vm) throws IOException {
    Machines.requireStatus(vm, VmStatus.RUNNING);
    if (vm.shutdownRefused || faults.shutdownRefused(vm.id, vm.name)) {
      throw new CasException(CasException.WRONG_STATE, "虚拟机未响应安全关闭：" + vm.name);
    }
    Optional<QemuProcess> guest = vm.boot == null ? Optional.empty() : machines.qemu(vm.id);
    if (guest.isPresent()) {
      guest.get().askForPowerDown();
    }
    long begin = System.nanoTime();
    while (status(vm) == VmStatus.RUNNING) {
      long passed = (System.nanoTime() - begin) / 1_000_000;
      if (passed > GIVE_UP_MILLIS) {
        throw new CasException(CasException.WRONG_STATE, "虚拟机安全关闭超时：" + vm.name);
      }
      if (guest.isEmpty() && passed >= shutdownMillis(vm)) {
        machines.locked(
            vm.id,
            v -> {
              if (v.status == VmStatus.RUNNING) {
                machines.powerOff(v, true);
              }
              return null;
            });
        return;
      }
      sleep(POLL_MILLIS);
    }
    if (status(vm) != VmStatus.SHUT_OFF) {
      throw new CasException(
          CasException.WRONG_STATE, "虚拟机 " + vm.name + " 当前状态为 " + VmStatus.text(vm.status));
    }
  }

  private int status(Vm vm) {
    return store.read(s -> vm.status);
  }

  private long shutdownMillis(Vm vm) {
    return faults
        .shutdownMillis(vm.id, vm.name)
        .orElse(vm.shutdownMillis >= 0 ? vm.shutdownMillis : shutdownMillis);
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Cuts the power; of a hibernated VM, what its memory held is gone. */
  public void powerOff(Vm vm, boolean cleanly) throws IOException {
    if (vm.hibernated) {
      vm.hibernated = false;
      machines.note(vm, VmStatus.SHUT_OFF);
      return;
    }
    Machines.requireStatus(vm, VmStatus.RUNNING, VmStatus.PAUSED);
    machines.powerOff(vm, cleanly);
  }

  /** Writes the memory away and ends the VM; the next start goes on from there. */
  public void hibernate(Vm vm) throws IOException {
    Machines.requireStatus(vm, VmStatus.RUNNING);
    machines.powerOff(vm, true);
    vm.hibernated = true;
    machines.note(vm, VmStatus.SHUT_OFF);
  }

  /** Pauses or resumes. */
  public void setPaused(Vm vm, boolean paused) throws IOException {
    Machines.requireStatus(vm, paused ? VmStatus.RUNNING : VmStatus.PAUSED);
    Optional<QemuProcess> guest = vm.boot == null ? Optional.empty() : machines.qemu(vm.id);
    if (guest.isPresent()) {
      guest.get().setPaused(paused);
    }
    machines.note(vm, paused ? VmStatus.PAUSED : VmStatus.RUNNING);
  }

  /**
   * Moves the VM to another host; its disks must be on pools both see. What was open of it on the
   * old host is closed, its bitmaps are gone.
   */
  public void migrate(Vm vm, int hostId) throws IOException {
    Host target =
        store
            .read(s -> s.host(hostId))
            .orElseThrow(() -> new CasException(CasException.NO_HOST, "主机不存在：" + hostId));
    if (target.failed) {
      throw new CasException(CasException.NO_HOST, "主机状态异常：" + hostId);
    }
    for (Disk disk : vm.disks) {
      if (volumes.pool(vm.hostId, disk.poolName).hostId != 0) {
        throw new CasException(CasException.NO_POOL, "存储池 " + disk.poolName + " 不是共享存储");
      }
    }
    store.change(
        s -> {
          vm.hostId = hostId;
          vm.nics.forEach(n -> n.vsId = sameSwitch(s, n.vsId, hostId));
          return null;
        });
    closeHandles.accept(vm.id);
    tracking.lose(vm, "migrated", machines.qemu(vm.id));
  }

  /** The switch of the same name on another host. */
  private static int sameSwitch(io.holdfast.simulator.state.CasState s, int vsId, int hostId) {
    String name =
        s.switches.stream().filter(v -> v.id == vsId).map(v -> v.name).findFirst().orElse("");
    return s.switches.stream()
        .filter(v -> v.hostId == hostId && v.name.equals(name))
        .map(v -> v.id)
        .findFirst()
        .orElse(vsId);
  }

  /** Closes what the data plane has open of a VM. */
  public void closeHandles(Vm vm) {
    closeHandles.accept(vm.id);
  }
}
