package io.holdfast.simulator.cvd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.fault.Faults;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.NbdProcess;
import io.holdfast.simulator.record.Journal;
import io.holdfast.simulator.record.Usage;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.Release;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.ImageFile;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.vm.Images;
import io.holdfast.simulator.vm.Machines;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * All open disks of the data plane, over all hosts. Safe for all threads; opening takes the VM's
 * lock.
 */
public final class Handles {
  private static final Logger LOG = Logger.getLogger(Handles.class.getName());

  private final StateStore store;
  private final Machines machines;
  private final Images images;
  private final Volumes volumes;
  private final Faults faults;
  private final Optional<PortRange> ports;
  private final Usage usage;
  private final Journal journal;
  private final Traffic traffic = new Traffic();
  private final AtomicInteger serial = new AtomicInteger();
  private final Map<String, Handle> open = new ConcurrentHashMap<>();

  public Handles(StateStore store, Machines machines, Images images, Volumes volumes, Parts parts) {
    this.store = store;
    this.machines = machines;
    this.images = images;
    this.volumes = volumes;
    this.faults = parts.faults();
    this.ports = parts.ports();
    this.usage = parts.usage();
    this.journal = parts.journal();
  }

  /** What else handles need; without ports the release of the host decides. */
  public record Parts(Faults faults, Optional<PortRange> ports, Usage usage, Journal journal) {}

  /** The data ports, both ends included. */
  public record PortRange(int first, int last) {}

  /** Bytes over all handles. */
  public Traffic traffic() {
    return traffic;
  }

  /** How many disks are open. */
  public int count() {
    return open.size();
  }

  /** The data ports that listen now, with whose they are. */
  public ArrayNode describePorts() throws IOException {
    ArrayNode out = Json.array();
    for (Handle handle : open.values()) {
      out.addObject()
          .put("port", handle.port().port())
          .put("handle", handle.name)
          .put("vm", handle.target.vmName())
          .put("path", handle.path);
    }
    return out;
  }

  /** Whether a disk of this VM is open for writing. */
  public boolean writing(int vmId) {
    return open.values().stream().anyMatch(h -> h.vmId == vmId && h.writable);
  }

  /** Closes whatever is open of a VM. */
  public void closeVm(int vmId) {
    open.values().stream().filter(h -> h.vmId == vmId).forEach(h -> close(h.name));
  }

  /** What a control request is about, for faults. */
  Faults.Target subject(JsonNode request) {
    Handle handle = open.get(Json.text(request, "handle", ""));
    if (handle != null) {
      return handle.target;
    }
    int id = (int) Json.number(request, "vmId", 0);
    String path = Json.text(request, "path", "");
    return store.read(
        s ->
            s.vms.stream()
                .filter(v -> v.id == id || v.disks.stream().anyMatch(d -> d.path().equals(path)))
                .findFirst()
                .map(
                    v ->
                        new Faults.Target(
                            Integer.toString(v.id),
                            v.name,
                            v.disks.stream()
                                .filter(d -> d.path().equals(path))
                                .findFirst()
                                .map(d -> d.device)
                                .orElse(Json.text(request, "device", ""))))
                .orElse(new Faults.Target("?", "?", "?")));
  }

  /** Closes what is open on a VM's snapshot. */
  public void closeSnapshot(int vmId, String snapshot) {
    open.values().stream()
        .filter(h -> h.vmId == vmId && snapshot.equals(h.snapshot))
        .forEach(h -> close(h.name));
  }

  /** Closes everything. */
  public void closeAll() {
    open.keySet().forEach(this::close);
  }

  Optional<Handle> find(String name) {
    return Optional.ofNullable(open.get(name));
  }

  void close(String name) {
    Handle handle = open.remove(name);
    if (handle != null) {
      usage.close(name);
      try {
        handle.close();
      } catch (IOException e) {
        LOG.log(Level.WARNING, "closing " + name, e);
      }
    }
  }

  Handle open(Host host, InetAddress address, JsonNode request)
      throws IOException, RefusedException {
    boolean writable = Json.text(request, "mode", "ro").equals("rw");
    String path = Json.text(request, "path", "");
    if (path.isEmpty()) {
      int vmId = (int) Json.number(request, "vmId", 0);
      try {
        return machines.locked(vmId, vm -> openDisk(host, address, vm, request, writable));
      } catch (CasException e) {
        throw new RefusedException("NO_VM", e.getMessage());
      } catch (WrappedException e) {
        throw e.refused;
      }
    }
    return openPath(host, address, path, writable);
  }

  private Handle openDisk(Host host, InetAddress address, Vm vm, JsonNode request, boolean writable)
      throws IOException {
    Disk disk =
        vm.disk(Json.text(request, "device", ""))
            .orElseThrow(() -> new WrappedException("NO_DEVICE", "no such device"));
    String name = Json.text(request, "snapshot", "");
    Snapshot snapshot =
        name.isEmpty()
            ? null
            : vm.snapshot(name)
                .orElseThrow(() -> new WrappedException("NO_SNAPSHOT", "no snapshot " + name));
    if (vm.hostId != host.id) {
      throw new WrappedException("WRONG_HOST", "the VM is on another host");
    }
    if (snapshot != null && (writable || snapshot.disk(disk.device).isEmpty())) {
      throw new WrappedException(
          writable ? "BAD_REQUEST" : "NO_DEVICE",
          writable ? "a snapshot is read-only" : "the disk is not in the snapshot");
    }
    boolean busy =
        snapshot == null
            && (vm.status != VmStatus.SHUT_OFF
                || openForWriting(vm.id, disk.device)
                || (writable && !vm.snapshots.isEmpty()));
    if (busy) {
      throw new WrappedException("BUSY", "the disk is in use");
    }
    NbdProcess server = images.serve(vm, disk, snapshot, writable);
    long size =
        snapshot == null ? disk.sizeBytes : snapshot.disk(disk.device).orElseThrow().sizeBytes;
    return register(
        new Handle.Target(vm.id, vm.name, disk.device, disk.path(), name, writable, size),
        server,
        host,
        address);
  }

  private boolean openForWriting(int vmId, String device) {
    return open.values().stream()
        .anyMatch(h -> h.vmId == vmId && h.writable && h.device.equals(device));
  }

  private Handle openPath(Host host, InetAddress address, String path, boolean writable)
      throws IOException, RefusedException {
    Path file;
    try {
      file = volumes.file(host.id, path);
    } catch (CasException e) {
      throw new RefusedException("NO_VOLUME", e.getMessage());
    }
    Optional<Vm> user =
        store.read(
            s ->
                s.vms.stream()
                    .filter(v -> v.disks.stream().anyMatch(d -> d.path().equals(path)))
                    .filter(
                        v ->
                            s.pool(v.hostId, Volumes.poolName(path))
                                .equals(s.pool(host.id, Volumes.poolName(path))))
                    .findFirst());
    if (user.isPresent()) {
      Disk disk =
          user.get().disks.stream().filter(d -> d.path().equals(path)).findFirst().orElseThrow();
      try {
        return machines.locked(
            user.get().id,
            vm -> openDisk(host, address, vm, Json.object().put("device", disk.device), writable));
      } catch (WrappedException e) {
        throw e.refused;
      }
    }
    if (!Files.isRegularFile(file)) {
      throw new RefusedException("NO_VOLUME", "no volume " + path);
    }
    if (open.values().stream().anyMatch(h -> h.path.equals(path) && (h.writable || writable))) {
      throw new RefusedException("BUSY", "the volume is open");
    }
    long size = ImageFile.read(file).sizeBytes();
    return register(
        new Handle.Target(0, "", "", path, "", writable, size),
        images.serve(file, writable),
        host,
        address);
  }

  private Handle register(Handle.Target target, NbdProcess server, Host host, InetAddress address)
      throws IOException {
    String name = "h" + serial.incrementAndGet();
    Release release = store.read(s -> s.release(host));
    PortRange range = ports.orElse(new PortRange(release.firstDataPort(), release.lastDataPort()));
    DataPort port;
    try {
      port =
          new DataPort(
              new DataPort.Place(address, range.first(), range.last()),
              server.socket(),
              new DataPort.Watch(name, target.concerns(), faults, usage, journal),
              traffic);
    } catch (IOException e) {
      server.close();
      throw new WrappedException("NO_PORT", e.getMessage());
    }
    Handle handle = new Handle(name, target, server, port);
    usage.open(name, target.subject(host.name));
    open.put(name, handle);
    return handle;
  }

  /** A refusal with its text code. */
  static final class RefusedException extends Exception {
    final String code;

    RefusedException(String code, String message) {
      super(message);
      this.code = code;
    }
  }

  /** Carries a refusal through code that throws IOException only. */
  private static final class WrappedException extends IOException {
    final transient RefusedException refused;

    WrappedException(String code, String message) {
      super(message);
      refused = new RefusedException(code, message);
    }
  }
}
