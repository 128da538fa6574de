package io.holdfast.simulator.cvd;

import io.holdfast.simulator.qemu.NbdProcess;
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
    this.server = server;
    this.port = port;
  }

  /** What is opened. */
  record Target(
      int vmId, String device, String path, String snapshot, boolean writable, long sizeBytes) {}

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
