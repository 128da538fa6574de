package io.holdfast.simulator.hikcloud;

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
 * Running instances: one QEMU each, its processor stopped, that holds the instance's images open as
 * any guest's would, with watch and lock. What a guest writes goes through it. Thread-safe.
 */
final class CloudGuests implements AutoCloseable {
  private static final int START_TRIES = 200;
  private static final int TRY_MILLIS = 50;

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

  /** Starts a QEMU over these images; one that runs is left as it is. */
  synchronized void start(String id, List<String> images) throws IOException {
    if (runs(id)) {
      return;
    }
    Path socket = sockets.resolve(id.substring(0, 8));
    Files.deleteIfExists(socket);
    List<String> command =
        new ArrayList<>(
            List.of(
                "qemu-system-x86_64",
                "-machine",
                "pc,accel=tcg",
                "-m",
                "16",
                "-nodefaults",
                "-display",
                "none",
                "-S",
                "-qmp",
                "unix:" + socket + ",server=on,wait=off"));
    for (int i = 0; i < images.size(); i++) {
      command.add("-blockdev");
      command.add(
          String.format(
              "driver=rbd,node-name=d%d,pool=%s,image=%s,conf=%s",
              i, options.pool(), images.get(i), options.cephConf()));
      command.add("-device");
      command.add(String.format("virtio-blk-pci,drive=d%d,share-rw=on", i));
    }
    Path log = options.state().resolve("qemu-" + id + ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    guests.put(id, new Guest(process, connected(process, socket, log)));
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
