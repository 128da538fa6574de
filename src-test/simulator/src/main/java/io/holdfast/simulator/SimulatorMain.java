package io.holdfast.simulator;

import io.holdfast.simulator.json.Json;
import io.holdfast.simulator.qemu.QemuLauncher;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The simulator's process. Exit codes: 0 after a clean stop, 2 for wrong arguments, 3 when a port
 * is taken, 4 when another simulator uses the state folder, 1 otherwise.
 */
public final class SimulatorMain {
  private static final long STOP_SECONDS = 60;

  private SimulatorMain() {}

  /** Runs until SIGTERM. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Options options;
    try {
      options = new Options(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(options.stop() ? stop(options.state()) : run(options, out));
  }

  private static int run(Options options, PrintStream out)
      throws IOException, InterruptedException {
    Files.createDirectories(options.state());
    Path endpoints = options.state().resolve("endpoints.json");
    try (FileChannel lockFile =
            FileChannel.open(
                options.state().resolve("lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = lockFile.tryLock()) {
      if (lock == null) {
        System.err.println("another simulator uses " + options.state());
        return 4;
      }
      Path runFolder = runFolder(options.state());
      CountDownLatch stopped = new CountDownLatch(1);
      CountDownLatch closed = new CountDownLatch(1);
      Simulator simulator;
      try {
        simulator = new Simulator(options, runFolder, Clock.systemUTC());
      } catch (Simulator.PortTakenException e) {
        System.err.println("port taken: " + e.getMessage());
        return 3;
      }
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    stopped.countDown();
                    try {
                      closed.await(STOP_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }));
      out.println("READY " + new String(Json.bytes(simulator.endpoints()), StandardCharsets.UTF_8));
      stopped.await();
      try {
        simulator.close();
        Files.deleteIfExists(endpoints);
        deleteTree(runFolder);
      } finally {
        closed.countDown();
      }
      return 0;
    }
  }

  /** Sockets need short paths: their folder is temporary and named after the state folder. */
  private static Path runPath(Path state) {
    byte[] name = state.toString().getBytes(StandardCharsets.UTF_8);
    return Path.of("/tmp", "hfcas-" + UUID.nameUUIDFromBytes(name).toString().substring(0, 13));
  }

  private static Path runFolder(Path state) throws IOException {
    Path folder = runPath(state);
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    endLeftServers(folder);
    return folder;
  }

  /**
   * Ends the qemu-nbd processes a killed simulator left: those whose command line names a socket in
   * our folder.
   */
  private static void endLeftServers(Path folder) {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      all.filter(p -> p.info().command().map(c -> c.endsWith("/qemu-nbd")).orElse(false))
          .filter(
              p ->
                  p.info()
                      .arguments()
                      .map(a -> Stream.of(a).anyMatch(x -> x.startsWith(folder + "/")))
                      .orElse(false))
          .forEach(SimulatorMain::end);
    }
  }

  private static void end(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(10, TimeUnit.SECONDS);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }

  private static int stop(Path state) throws IOException, InterruptedException {
    Path endpoints = state.resolve("endpoints.json");
    long pid =
        Files.exists(endpoints)
            ? Json.number(Json.parse(Files.readAllBytes(endpoints)), "pid", 0)
            : 0;
    Optional<ProcessHandle> process =
        ProcessHandle.of(pid)
            .filter(p -> p.info().command().map(c -> c.endsWith("java")).orElse(false));
    process.ifPresent(ProcessHandle::destroy);
    if (process.isPresent() && !awaitRelease(state)) {
      System.err.println("the simulator does not stop");
      return 1;
    }
    // What a killed simulator left behind.
    QemuLauncher.endAll(runPath(state));
    endLeftServers(runPath(state));
    deleteTree(runPath(state));
    Files.deleteIfExists(endpoints);
    return 0;
  }

  /**
   * Waits for the lock of the state folder: a process that nobody collects still looks alive, but
   * holds no lock.
   */
  private static boolean awaitRelease(Path state) throws IOException, InterruptedException {
    try (FileChannel lockFile =
        FileChannel.open(
            state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < STOP_SECONDS * 20; i++) {
        try (FileLock lock = lockFile.tryLock()) {
          if (lock != null) {
            return true;
          }
        }
        Thread.sleep(50);
      }
    }
    return false;
  }
}
