package io.holdfast.simulator.cvd;

import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.qemu.NbdProcess;
import io.holdfast.simulator.record.Usage;
import java.io.Closeable;
import java.io.IOException;

/**
 * An open disk: the process that serves it and its data port. {@code vmId} is 0 for a volume no VM
 * uses.
 */
final class Handle implements Closeable {
  final String name;
  final int vmId;
  final String device;
  final String path;
  final String snapshot;
  final boolean writable;
  final long sizeBytes;
  final Faults.Target target;
  private final NbdProcess server;
  private final DataPort port;

  Handle(String name, Target target, NbdProcess server, DataPort port) {
    this.name = name;
    this.vmId = target.vmId();
    this.device = target.device();
    this.path = target.path();
    this.snapshot = target.snapshot();
    this.writable = target.writable();
    this.sizeBytes = target.sizeBytes();
    this.target = target.concerns();
    this.server = server;
    this.port = port;
  }

  /** What is opened; {@code vmName} is empty for a volume no VM uses. */
  record Target(
      int vmId,
      String vmName,
      String device,
      String path,
      String snapshot,
      boolean writable,
      long sizeBytes) {
    Faults.Target concerns() {
      return new Faults.Target(Integer.toString(vmId), vmName, device);
    }

    Usage.Subject subject(String host) {
      boolean bare = vmName.isEmpty();
      return new Usage.Subject(bare ? path : vmName, host, bare ? path : device, writable);
    }
  }

  DataPort port() {
    return port;
  }

  String export() {
    return server.export();
  }

  /** Cuts the data connections and ends the server; everything written is in the file then. */
  @Override
  public void close() throws IOException {
    port.close();
    server.close();
  }
}
