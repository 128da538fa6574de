package io.holdfast.simulator.vm;

import io.holdfast.simulator.CasException;
import io.holdfast.simulator.qemu.QemuLauncher;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The running QEMUs, and one lock per VM under which everything that changes a VM happens. SIM-01.
 */
public final class Machines {
  private static final Logger LOG = Logger.getLogger(Machines.class.getName());
  private static final long LOCK_SECONDS = 120;

  private final StateStore store;
  private final Images images;
  private final Tracking tracking;
  private final Path runFolder;
  private final Map<Integer, QemuProcess> running = new ConcurrentHashMap<>();
  private final Map<Integer, ReentrantLock> locks = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  public Machines(StateStore store, Images images, Tracking tracking, Path runFolder) {
    this.store = store;
    this.images = images;
    this.tracking = tracking;
    this.runFolder = runFolder;
  }

  /** Work on one VM with its lock held. */
  public interface Work<T> {
    T run(Vm vm) throws IOException;
  }

  /** Runs with the VM's lock; a VM that stays busy for two minutes is refused as such. */
  public <T> T locked(int vmId, Work<T> work) throws IOException {
    ReentrantLock lock = locks.computeIfAbsent(key(vmId), id -> new ReentrantLock(true));
    try {
      if (!lock.tryLock(LOCK_SECONDS, TimeUnit.SECONDS)) {
        throw new CasException(CasException.BUSY, "主机正忙于另一事务，请稍后重试。");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    try {
      return work.run(vm(vmId));
    } finally {
      lock.unlock();
    }
  }

  /** The VM of this id. */
  public Vm vm(int vmId) {
    return store
        .read(s -> s.vm(vmId))
        .filter(v -> !v.recycled)
        .orElseThrow(() -> new CasException(CasException.NO_VM, "虚拟机不存在：" + vmId));
  }

  private int key(int vmId) {
    return store.read(s -> s.vm(vmId)).map(Vm::permanentKey).orElse(vmId);
  }

  /** Its QEMU, when it has one: a VM may run on paper only. */
  public Optional<QemuProcess> qemu(int vmId) {
    return Optional.ofNullable(running.get(key(vmId)));
  }

  /** Its QEMU, started when the VM ran on paper only, or an error when the VM does not run. */
  public QemuProcess requireQemu(Vm vm) throws IOException {
    if (vm.lazy && vm.status == VmStatus.RUNNING && qemu(vm.id).isEmpty()) {
      start(vm);
    }
    return qemu(vm.id)
        .orElseThrow(() -> new CasException(CasException.WRONG_STATE, "虚拟机未运行：" + vm.name));
  }

  /** Refuses unless the VM is in one of these states. */
  public static void requireStatus(Vm vm, int... allowed) {
    for (int status : allowed) {
      if (vm.status == status) {
        return;
      }
    }
    throw new CasException(
        CasException.WRONG_STATE, "虚拟机 " + vm.name + " 当前状态为 " + VmStatus.text(vm.status));
  }

  private Path base(Vm vm) {
    return runFolder.resolve("v" + vm.permanentKey());
  }

  /** Starts QEMU for a VM that is shut off. */
  public void start(Vm vm) throws IOException {
    List<QemuProcess.StartDisk> disks = new ArrayList<>();
    for (Disk disk : inBootOrder(vm)) {
      disk.afterRestart = false;
      disks.add(new QemuProcess.StartDisk(disk.device, images.nodes(vm, disk)));
    }
    QemuProcess qemu =
        QemuLauncher.start(
            base(vm),
            new QemuLauncher.Machine(Volumes.LUKS_SECRET, disks, guest(vm)),
            () -> ended(vm.permanentKey()));
    running.put(vm.permanentKey(), qemu);
    vm.lazy = false;
    setRunning(vm, qemu.pid(), VmStatus.RUNNING);
  }

  /** Lets a VM that is shut off count as running; its QEMU starts when something needs it. */
  public void startOnPaper(Vm vm) {
    vm.lazy = true;
    setRunning(vm, 0, VmStatus.RUNNING);
  }

  /** Notes a state that needs no QEMU to change. */
  public void note(Vm vm, int status) {
    setRunning(vm, vm.pid, status);
  }

  private static List<Disk> inBootOrder(Vm vm) {
    List<Disk> result = new ArrayList<>(vm.disks);
    result.sort(
        java.util.Comparator.comparingInt(
            d -> {
              int place = vm.bootOrder.indexOf(d.device);
              return place < 0 ? Integer.MAX_VALUE : place;
            }));
    return result;
  }

  private Optional<QemuLauncher.Guest> guest(Vm vm) throws IOException {
    if (vm.boot == null) {
      return Optional.empty();
    }
    boolean uefi = vm.bios.equals("UEFI") && !vm.boot.firmware.isEmpty() && !vm.nvram.isEmpty();
    return Optional.of(
        new QemuLauncher.Guest(
            vm.memoryMegabytes,
            Math.min(2, vm.cpuSockets * vm.cpuCores),
            vm.boot.kernel,
            vm.boot.initrd,
            vm.boot.append,
            uefi ? vm.boot.firmware : "",
            uefi ? images.file(vm, vm.nvram).toString() : ""));
  }

  /** What the guest wrote to its serial port since it was started. */
  public Path console(Vm vm) {
    return QemuLauncher.console(base(vm));
  }

  /** The socket of the guest's agent. */
  public Path agent(Vm vm) {
    return QemuLauncher.agent(base(vm));
  }

  /**
   * Whether the tools run in the guest: of a real one its agent listens; of a VM without one they
   * are said to run, and never answer.
   */
  public boolean hasTools(Vm vm) {
    if (vm.boot == null || vm.status != VmStatus.RUNNING) {
      return vm.status == VmStatus.RUNNING;
    }
    try {
      Optional<QemuProcess> qemu = qemu(vm.id);
      return qemu.isPresent() && qemu.get().hasAgent();
    } catch (IOException e) {
      return false;
    }
  }

  private void setRunning(Vm vm, long pid, int status) {
    store.change(
        s -> {
          vm.pid = pid;
          vm.status = status;
          return null;
        });
  }

  /** Takes over the VM's QEMU from an earlier simulator. */
  boolean adopt(Vm vm) {
    Optional<QemuProcess> qemu =
        QemuLauncher.adopt(base(vm), vm.pid, () -> ended(vm.permanentKey()));
    qemu.ifPresent(q -> running.put(vm.permanentKey(), q));
    return qemu.isPresent();
  }

  /** Ends a QEMU that runs although the VM is recorded as off: its start was cut short. */
  void endStray(Vm vm) {
    QemuLauncher.endStray(Path.of(base(vm) + ".qmp"));
  }

  private void ended(int key) {
    if (running.remove(key) == null || stopping) {
      return;
    }
    LOG.warning(() -> "QEMU of VM " + key + " ended by itself");
    try {
      Optional<Vm> vm =
          store.read(s -> s.vms.stream().filter(v -> v.permanentKey() == key).findFirst());
      if (vm.isPresent()) {
        off(vm.get());
      }
    } catch (CasException | IOException e) {
      LOG.log(Level.WARNING, "after the end of VM " + key, e);
    }
  }

  private void off(Vm vm) throws IOException {
    vm.lazy = false;
    setRunning(vm, 0, VmStatus.SHUT_OFF);
    tracking.lose(vm, "powerCycle", Optional.empty());
  }

  /** Ends the VM's QEMU: cleanly, or like a power failure. Its bitmaps are gone. */
  public void powerOff(Vm vm, boolean cleanly) throws IOException {
    QemuProcess qemu = running.remove(vm.permanentKey());
    if (qemu != null) {
      if (cleanly) {
        qemu.quit();
      } else {
        qemu.kill();
      }
    }
    off(vm);
  }

  /** Ends all QEMUs; VMs stay marked as running, so that the next start runs them again. */
  public void stopAll() {
    stopping = true;
    running.values().parallelStream().forEach(QemuProcess::quit);
  }
}
