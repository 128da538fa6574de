package io.holdfast.servertest.bed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The server under test after Arquillian's own process of it was killed. */
public final class ServerProcess implements AutoCloseable {
  private static final long START_SECONDS = 240;
  private static final String STARTED = "WFLYSRV0025";

  private final Process process;
  private final Path output;

  private ServerProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Kills the running server with no chance to tidy up and runs its command line again. */
  public static ServerProcess killAndStartAgain(ServerBed bed) throws IOException {
    ProcessHandle running =
        ProcessHandle.current()
            .descendants()
            .filter(child -> commandLine(child).contains("-Dholdfast.state=" + bed.state()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("The server is not running"));
    List<String> command = commandLine(running);
    running.destroyForcibly();
    running.onExit().join();
    Path output = bed.state().resolveSibling("restarted.out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end server"));
    ServerProcess server = new ServerProcess(process, output);
    server.awaitStarted();
    return server;
  }

  /** All it has said since its start. */
  public String log() throws IOException {
    return Files.readString(output);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("The server did not stop within a minute");
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitStarted() throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!log().contains(STARTED)) {
      if (!process.isAlive() || log().contains("WFLYSRV0026") || System.nanoTime() > deadline) {
        close();
        throw new IllegalStateException("The server did not start: " + log());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  private static List<String> commandLine(ProcessHandle process) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      return List.of(line.split("\0"));
    } catch (IOException gone) {
      return List.of();
    }
  }
}
