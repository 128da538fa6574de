package io.holdfast.simulator.vm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.simulator.CasException;
import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.NbdClient;
import io.holdfast.simulator.qemu.NbdProcess;
import io.holdfast.simulator.qemu.QemuProcess;
import io.holdfast.simulator.state.CasState.Disk;
import io.holdfast.simulator.state.CasState.Layer;
import io.holdfast.simulator.state.CasState.Snapshot;
import io.holdfast.simulator.state.CasState.Vm;
import io.holdfast.simulator.storage.Volumes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What a guest would do: writes through the virtual device of a running VM, and a look at the whole
 * disk. Safe for all threads.
 */
public final class Guests {
  private static final Logger LOG = Logger.getLogger(Guests.class.getName());
  private static final int READ_BYTES = 4 << 20;

  private final Machines machines;
  private final Images images;
  private final Volumes volumes;
  private final Path runFolder;
  private final Map<Integer, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Map<String, Load> loads = new ConcurrentHashMap<>();

  public Guests(Machines machines, Images images, Volumes volumes, Path runFolder) {
    this.machines = machines;
    this.images = images;
    this.volumes = volumes;
    this.runFolder = runFolder;
  }

  private ReentrantLock lock(Vm vm) {
    return locks.computeIfAbsent(vm.id, id -> new ReentrantLock(true));
  }

  /** One write as ordered: pattern, seed, zero or discard. */
  public void write(Vm vm, JsonNode order) throws IOException {
    Disk disk = requireDisk(vm, Json.text(order, "device", "vda"));
    long offset = Json.number(order, "offset", 0);
    long length = Json.number(order, "length", 65536);
    if (offset % 512 != 0
        || length % 512 != 0
        || length <= 0
        || offset < 0
        || offset + length > disk.sizeBytes
        || length > Integer.MAX_VALUE) {
      throw new CasException(CasException.UNKNOWN, "offset or length");
    }
    ReentrantLock lock = lock(vm);
    lock.lock();
    try {
      Optional<QemuProcess> qemu = machines.qemu(vm.id);
      if (qemu.isPresent()) {
        throughDevice(qemu.get(), vm, disk.device, order, offset, (int) length);
      } else {
        offline(vm, disk, order, offset, (int) length);
      }
    } finally {
      lock.unlock();
    }
  }

  private void throughDevice(
      QemuProcess qemu, Vm vm, String device, JsonNode order, long offset, int length)
      throws IOException {
    String command;
    Path source = runFolder.resolve("w" + vm.id + ".bin");
    if (Json.flag(order, "discard")) {
      command = "discard " + offset + " " + length;
    } else if (Json.flag(order, "zero")) {
      command = "write -z " + offset + " " + length;
    } else if (order.has("seed")) {
      Files.write(source, random(Json.number(order, "seed", 0), length));
      command = "write -s " + source + " " + offset + " " + length;
    } else {
      command = "write -P " + Json.number(order, "pattern", 0x5a) + " " + offset + " " + length;
    }
    String answer = qemu.humanIo(device, command);
    Files.deleteIfExists(source);
    // qemu-io reports to QEMU's own output; the monitor answers only when the command could not
    // run.
    if (!answer.isEmpty()) {
      throw new IOException("guest write failed: " + answer);
    }
  }

  private void offline(Vm vm, Disk disk, JsonNode order, long offset, int length)
      throws IOException {
    try (NbdProcess server = images.serve(vm, disk, null, true);
        NbdClient client = new NbdClient(server.socket(), server.export(), null)) {
      if (Json.flag(order, "discard")) {
        client.trim(offset, length);
      } else if (order.has("seed")) {
        client.write(offset, ByteBuffer.wrap(random(Json.number(order, "seed", 0), length)));
      } else {
        byte[] bytes = new byte[length];
        java.util.Arrays.fill(
            bytes, (byte) (Json.flag(order, "zero") ? 0 : Json.number(order, "pattern", 0x5a)));
        client.write(offset, ByteBuffer.wrap(bytes));
      }
      client.flush();
    }
  }

  /** Pseudo-random bytes; the same seed gives the same bytes. */
  public static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** Starts or stops a background writer. */
  public ObjectNode load(Vm vm, JsonNode order) {
    String device = Json.text(order, "device", "vda");
    String key = vm.id + "/" + device;
    Load old = loads.remove(key);
    if (old != null) {
      old.end();
    }
    if (!Json.flag(order, "stop")) {
      Disk disk = requireDisk(vm, device);
      List<JsonNode> span = Json.list(order, "span");
      long from = span.size() == 2 ? span.get(0).asLong() : 0;
      long to = span.size() == 2 ? Math.min(span.get(1).asLong(), disk.sizeBytes) : disk.sizeBytes;
      Load load = new Load(vm.id, order, from, to);
      loads.put(key, load);
      load.thread.start();
    }
    return Json.object()
        .put("bytesWritten", old == null ? 0 : old.bytes.get())
        .put("writes", old == null ? 0 : old.writes.get());
  }

  /** Stops all background writers. */
  public void stopLoads() {
    loads.values().forEach(Load::end);
    loads.clear();
  }

  /** A background writer; ends with its VM. */
  private final class Load {
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong writes = new AtomicLong();
    final Thread thread;
    private volatile boolean ended;

    Load(int vmId, JsonNode order, long from, long to) {
      thread = new Thread(() -> run(vmId, order, from, to), "guest-load");
      thread.setDaemon(true);
    }

    private void run(int vmId, JsonNode order, long from, long to) {
      long size = Json.number(order, "writeBytes", 65536);
      long perSecond = Json.number(order, "bytesPerSecond", 1 << 20);
      SplittableRandom random = new SplittableRandom(Json.number(order, "seed", 1));
      try {
        while (!ended) {
          ObjectNode write =
              Json.object().put("device", Json.text(order, "device", "vda")).put("length", size);
          write.put("offset", from + random.nextLong(Math.max(1, (to - from - size) / 512)) * 512);
          Guests.this.write(machines.vm(vmId), write.put("seed", random.nextLong()));
          bytes.addAndGet(size);
          writes.incrementAndGet();
          Thread.sleep(Math.max(1, size * 1000 / Math.max(1, perSecond)));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException | CasException e) {
        LOG.log(Level.INFO, "background writer of VM " + vmId + " ends", e);
      }
    }

    void end() {
      ended = true;
      try {
        thread.join(10_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** What is done with a reader of a disk. */
  public interface Reading<T> {
    T use(NbdClient client) throws IOException;
  }

  /**
   * Opens the disk as it is now, or as it is in a snapshot; guest writes wait meanwhile when it is
   * now.
   */
  public <T> T reading(Vm vm, Disk disk, Snapshot snapshot, Reading<T> use) throws IOException {
    Optional<QemuProcess> qemu = machines.qemu(vm.id);
    if (qemu.isEmpty() || snapshot != null) {
      try (NbdProcess server = images.serve(vm, disk, snapshot, false);
          NbdClient client = new NbdClient(server.socket(), server.export(), "base:allocation")) {
        return use.use(client);
      }
    }
    ReentrantLock lock = lock(vm);
    lock.lock();
    try {
      return qemu.get()
          .withExport(
              disk.top().node(),
              null,
              export -> {
                try (NbdClient client =
                    new NbdClient(qemu.get().nbdSocket(), export, "base:allocation")) {
                  return use.use(client);
                }
              });
    } finally {
      lock.unlock();
    }
  }

  /** SHA-256 of the whole virtual disk, and its size. */
  public ObjectNode digest(Vm vm, Disk disk, Snapshot snapshot) throws IOException {
    return reading(
        vm,
        disk,
        snapshot,
        client -> {
          MessageDigest sha = sha256();
          byte[] zeros = new byte[READ_BYTES];
          long at = 0;
          for (long[] range : client.ranges(2, 0)) {
            update(sha, zeros, range[0] - at);
            for (long o = range[0]; o < range[0] + range[1]; o += READ_BYTES) {
              sha.update(client.read(o, (int) Math.min(READ_BYTES, range[0] + range[1] - o)));
            }
            at = range[0] + range[1];
          }
          update(sha, zeros, client.sizeBytes() - at);
          return Json.object()
              .put("sha256", HexFormat.of().formatHex(sha.digest()))
              .put("size", client.sizeBytes());
        });
  }

  private static void update(MessageDigest sha, byte[] zeros, long length) {
    for (long left = length; left > 0; left -= zeros.length) {
      sha.update(zeros, 0, (int) Math.min(left, zeros.length));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the files of a disk take on the pool. */
  public ObjectNode allocated(Vm vm, Disk disk) throws IOException {
    long blocks = 0;
    long length = 0;
    for (Layer layer : disk.layers) {
      Path file = volumes.file(vm.hostId, layer.path);
      blocks += Volumes.blocksBytes(file);
      length += Files.size(file);
    }
    return Json.object().put("allocatedBytes", blocks).put("fileBytes", length);
  }

  /** The VM's disk behind this device name. */
  public static Disk requireDisk(Vm vm, String device) {
    return vm.disk(device)
        .orElseThrow(() -> new CasException(CasException.DEVICE, "设备不存在：" + device));
  }
}
