package io.holdfast.simulator.seed;

import io.holdfast.simulator.qemu.Command;
import io.holdfast.simulator.state.CasState.Host;
import io.holdfast.simulator.state.CasState.Nic;
import io.holdfast.simulator.state.CasState.StoragePool;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.state.StateStore;
import io.holdfast.simulator.state.VmStatus;
import io.holdfast.simulator.storage.Volumes;
import io.holdfast.simulator.vm.Guests;
import io.holdfast.simulator.vm.Images;
import io.holdfast.simulator.vm.Lifecycle;
import io.holdfast.simulator.vm.Machines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * Many small VMs spread over all hosts. Every second one counts as running, but has no QEMU until
 * something needs one. Each disk has content of its own: copies of one image with a stamp and
 * random bytes written over its data. SIM-02.
 */
public final class Fleet {
  private static final long DISK_BYTES = 64L << 20;
  private static final int DATA_BYTES = 256 << 10;
  private static final String POOL = "share01";

  private final StateStore store;
  private final Volumes volumes;
  private final Images images;
  private final Lifecycle lifecycle;
  private final Machines machines;

  public Fleet(
      StateStore store, Volumes volumes, Images images, Lifecycle lifecycle, Machines machines) {
    this.store = store;
    this.volumes = volumes;
    this.images = images;
    this.lifecycle = lifecycle;
    this.machines = machines;
  }

  /** Makes {@code fleet-0001} and so on. */
  public void make(int count) throws IOException {
    List<Host> hosts = store.read(s -> List.copyOf(s.hosts));
    StoragePool pool = volumes.pool(hosts.get(0).id, POOL);
    Path template = volumes.folder(pool).resolve(".fleet");
    long dataAt = template(template);
    store.batch(
        () -> {
          for (int i = 1; i <= count; i++) {
            Host host = hosts.get((i - 1) % hosts.size());
            one(String.format("fleet-%04d", i), host, template, dataAt);
          }
          return null;
        });
    Files.delete(template);
  }

  /** The image all disks begin as; returns where its data lies in the file. */
  private long template(Path file) throws IOException {
    Command.run(
        List.of(
            "qemu-img", "create", "-q", "-f", "qcow2", file.toString(), Long.toString(DISK_BYTES)));
    Content.write(
        images,
        file,
        List.of(
            io.holdfast.simulator.json.Json.object()
                .put("offset", 0)
                .put("length", DATA_BYTES)
                .put("kind", "pattern")
                .put("pattern", 17)));
    byte[] bytes = Files.readAllBytes(file);
    for (int at = 0; at < bytes.length; at += 65536) {
      if (bytes[at] == 17 && bytes[at + 65535] == 17) {
        return at;
      }
    }
    throw new IOException("the image holds no data");
  }

  private void one(String name, Host host, Path template, long dataAt) throws IOException {
    String path = "/vms/" + POOL + "/" + name;
    Path file = volumes.file(host.id, path);
    Files.copy(template, file);
    byte[] content = Guests.random(name.hashCode(), DATA_BYTES);
    byte[] stamp = (name + "\n").getBytes(StandardCharsets.UTF_8);
    System.arraycopy(stamp, 0, content, 0, stamp.length);
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(content), dataAt);
    }
    Vm vm = new Vm();
    vm.id = store.change(s -> s.nextVmId++);
    vm.uuid = UUID.nameUUIDFromBytes(stamp).toString();
    vm.name = name;
    vm.title = name;
    vm.hostId = host.id;
    vm.memoryMegabytes = 1024;
    vm.nics.add(nic(host));
    lifecycle.create(
        vm,
        List.of(
            new Lifecycle.DiskOrder(
                path, "", 0, 0, true, io.holdfast.simulator.json.Json.object())));
    if (vm.id % 2 == 0) {
      machines.startOnPaper(vm);
    } else {
      machines.note(vm, VmStatus.SHUT_OFF);
    }
  }

  private Nic nic(Host host) {
    return store.change(
        s -> {
          Nic nic = new Nic();
          int number = s.nextMac++;
          nic.mac = String.format("0c:da:41:1d:%02x:%02x", number >> 8 & 0xff, number & 0xff);
          nic.vsId =
              s.switches.stream()
                  .filter(v -> v.hostId == host.id)
                  .findFirst()
                  .map(v -> v.id)
                  .orElse(0);
          nic.profileId = 1;
          return nic;
        });
  }
}
