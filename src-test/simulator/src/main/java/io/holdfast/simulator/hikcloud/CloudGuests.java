package io.holdfast.simulator.hikcloud;

import io.holdfast.simulator.qemu.GuestAgent;
import io.holdfast.simulator.qemu.QemuLauncher;
import io.holdfast.simulator.qemu.Qmp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Running instances: one QEMU each that holds the instance's images open, with watch and lock. In
 * some a real guest runs; of the others the processor stands still, and what their guests write
 * goes through it. Thread-safe.
 */
final class CloudGuests implements AutoCloseable {
  private static final int START_TRIES = 200;
  private static final int TRY_MILLIS = 50;
  private static final long AGENT_MILLIS = 6_000;

  private final CloudOptions options;
  private final Path sockets;
  private final Map<String, Guest> guests = new ConcurrentHashMap<>();

  private record Guest(Process process, Qmp qmp) {}

  CloudGuests(CloudOptions options) throws IOException {
    this.options = options;
    // A socket's path must be short; the same folder as before a crash, to find what it left.
    byte[] name = options.state().toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
    this.sockets =
        Path.of("/tmp", "hec-" + UUID.nameUUIDFromBytes(name).toString().substring(0, 13));
    endLeftOnes();
    Files.createDirectories(sockets);
  }

  /** Ends the QEMUs of a simulator that was killed: their command line names our folder. */
  private void endLeftOnes() throws IOException {
    List<ProcessHandle> left =
        ProcessHandle.allProcesses()
            .filter(each -> each.info().command().orElse("").endsWith("/qemu-system-x86_64"))
            .filter(
                each ->
                    Stream.of(each.info().arguments().orElse(new String[0]))
                        .anyMatch(argument -> argument.startsWith("unix:" + sockets + "/")))
            .toList();
    for (ProcessHandle each : left) {
      // Asked, not killed: a killed one is a watcher of its images for another half a minute.
      each.destroy();
      try {
        each.onExit().get(10, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException e) {
        throw new IOException("QEMU " + each.pid() + " does not end", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  boolean runs(String id) {
    Guest guest = guests.get(id);
    return guest != null && guest.process().isAlive();
  }

  /**
   * What an instance starts with.
   *
   * @param images from the first disk on
   * @param memoryMegabytes of a real guest that boots from the first disk; 0: no guest, the
   *     processor stands still
   */
  record Shape(List<String> images, int memoryMegabytes) {
    boolean boots() {
      return memoryMegabytes > 0;
    }
  }

  /** Starts a QEMU over these images; one that runs is left as it is. */
  synchronized void start(String id, Shape shape) throws IOException {
    if (runs(id)) {
      return;
    }
    Path socket = socket(id, ".qmp");
    Files.deleteIfExists(socket);
    Files.deleteIfExists(agentSocket(id));
    Files.deleteIfExists(console(id));
    List<String> command = new ArrayList<>(List.of("qemu-system-x86_64"));
    command.addAll(List.of("-machine", "pc,accel=tcg", "-nodefaults", "-display", "none"));
    command.addAll(List.of("-qmp", "unix:" + socket + ",server=on,wait=off"));
    if (shape.boots()) {
      command.addAll(List.of("-cpu", "max", "-m", Integer.toString(shape.memoryMegabytes())));
      command.addAll(List.of("-serial", "file:" + console(id)));
      command.addAll(QemuLauncher.agentPort(agentSocket(id)));
    } else {
      command.addAll(List.of("-m", "16", "-S"));
    }
    for (int i = 0; i < shape.images().size(); i++) {
      command.add("-blockdev");
      command.add(
          String.format(
              "driver=rbd,node-name=d%d,pool=%s,image=%s,conf=%s",
              i, options.pool(), shape.images().get(i), options.cephConf()));
      command.add("-device");
      command.add(String.format("virtio-blk-pci,drive=d%d,share-rw=on,bootindex=%d", i, i + 1));
    }
    Path log = options.state().resolve("qemu-" + id + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    guests.put(id, new Guest(process, connected(process, socket, log)));
  }

  private Path socket(String id, String end) {
    return sockets.resolve(id.substring(0, 8) + end);
  }

  private Path agentSocket(String id) {
    return socket(id, ".qga");
  }

  /** What a real guest wrote to its serial port since it was started. */
  Path console(String id) {
    return options.state().resolve("console-" + id + ".log");
  }

  /** Lets the processor of a real guest stand still, or go on. */
  void setPaused(String id, boolean paused) throws IOException {
    Guest guest = guests.get(id);
    if (guest != null) {
      guest.qmp().execute(paused ? "stop" : "cont", null);
    }
  }

  /** Whether an agent in a real guest listens at its port. */
  boolean hasAgent(String id) {
    Guest guest = guests.get(id);
    try {
      return guest != null && guest.qmp().isOpenInGuest(QemuLauncher.AGENT);
    } catch (IOException gone) {
      return false;
    }
  }

  /** The agent of a real guest; an IOException when it does not answer in time. */
  GuestAgent agent(String id) throws IOException {
    return new GuestAgent(agentSocket(id), AGENT_MILLIS);
  }

  private static Qmp connected(Process process, Path socket, Path log) throws IOException {
    for (int i = 0; i < START_TRIES && process.isAlive(); i++) {
      try {
        return new Qmp(socket, () -> {});
      } catch (IOException notYet) {
        await(process, TRY_MILLIS);
      }
    }
    process.destroyForcibly();
    throw new IOException("QEMU did not start: " + Files.readString(log));
  }

  private static boolean await(Process process, long millis) throws IOException {
    try {
      return process.waitFor(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends it; its images are closed afterwards. */
  synchronized void stop(String id) throws IOException {
    Guest guest = guests.remove(id);
    if (guest == null) {
      return;
    }
    guest.process().destroy();
    if (!await(guest.process(), 10_000)) {
      guest.process().destroyForcibly();
      await(guest.process(), 10_000);
    }
    guest.qmp().close();
  }

  /** Runs a qemu-io command such as {@code write -P 0x41 0 65536} on one of its disks. */
  void io(String id, int disk, String command) throws IOException {
    Guest guest = guests.get(id);
    if (guest == null) {
      throw new IOException("the instance does not run");
    }
    String said = guest.qmp().human("qemu-io d" + disk + " \"" + command + "\"");
    if (said.contains("rror")) {
      throw new IOException(said.strip());
    }
    guest.qmp().human("qemu-io d" + disk + " flush");
  }

  /** Ends all. */
  @Override
  public void close() throws IOException {
    for (String id : List.copyOf(guests.keySet())) {
      stop(id);
    }
    try (var files = Files.list(sockets)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(sockets);
  }
}
