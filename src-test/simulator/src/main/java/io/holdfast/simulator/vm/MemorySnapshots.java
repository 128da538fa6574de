package io.holdfast.simulator.vm;

import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.io.RandomAccessFile;

/**
 * The memory part of snapshots of running VMs: a file beside the first disk, and the time it takes.
 * When that is longer than the snapshot's time-out, the VM is paused for the rest. SIM-02.
 */
final class MemorySnapshots {
  private final Volumes volumes;
  private final Machines machines;
  private final Faults faults;

  MemorySnapshots(Volumes volumes, Machines machines, Faults faults) {
    this.volumes = volumes;
    this.machines = machines;
    this.faults = faults;
  }

  /** Writes the memory when the snapshot wants it; nothing for VMs that do not run. */
  void write(Vm vm, Snapshot snapshot) throws IOException {
    if (!snapshot.memory || vm.status != VmStatus.RUNNING || vm.disks.isEmpty()) {
      return;
    }
    snapshot.memoryFile = vm.disks.get(0).path() + ".mem" + snapshot.id;
    try (RandomAccessFile file =
        new RandomAccessFile(volumes.file(vm.hostId, snapshot.memoryFile).toFile(), "rw")) {
      file.setLength((long) vm.memoryMegabytes << 20);
    }
    long millis = faults.memoryMillis(vm.id, vm.name);
    long before = Math.min(millis, snapshot.timeoutMillis);
    sleep(before);
    if (millis > before) {
      machines.note(vm, VmStatus.PAUSED);
      try {
        sleep(millis - before);
      } finally {
        machines.note(vm, VmStatus.RUNNING);
      }
    }
  }

  private static void sleep(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
