package io.holdfast.system.bed;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A simulator of its own, for tests that need another release or faults that nobody else meets:
 * started in a folder of its own and stopped cleanly, with all its guests. One thread.
 */
public final class SimulatorProcess implements AutoCloseable {
  private static final int START_SECONDS = 90;

  private final Path root;
  private final Path state;
  private final Process process;

  private SimulatorProcess(Path root, Path state, Process process) {
    this.root = root;
    this.state = state;
    this.process = process;
  }

  /**
   * Starts it on free ports of the loopback.
   *
   * @param root the checkout
   * @param folder for its state and log; need not exist
   * @param addresses of its two hosts; cvd-ds's port must be free there
   * @param more options of its command line
   */
  public static SimulatorProcess start(Path root, Path folder, String addresses, String... more)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path state = folder.resolve("sim state 状态");
    List<String> command = command(root, state, "--port", "0", "--lab-port", "0");
    command.addAll(List.of("--cvk-addresses", addresses));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("simulator.log").toFile())
            .start();
    SimulatorProcess simulator = new SimulatorProcess(root, state, process);
    for (int i = 0; i < START_SECONDS * 4; i++) {
      if (!process.isAlive()) {
        throw new IOException(Files.readString(folder.resolve("simulator.log")));
      }
      if (simulator.cas().isUp()) {
        return simulator;
      }
      process.waitFor(250, TimeUnit.MILLISECONDS);
    }
    simulator.close();
    throw new IOException("no simulator after " + START_SECONDS + " s");
  }

  private static List<String> command(Path root, Path state, String... more) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path jar = root.resolve("src-test/simulator/target/holdfast-simulator.jar");
    List<String> command =
        new ArrayList<>(
            List.of(
                java,
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-jar",
                jar.toString(),
                "--state",
                state.toString()));
    command.addAll(List.of(more));
    return command;
  }

  /** Its lab. */
  public SimulatedCas cas() {
    return new SimulatedCas(state);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    new ProcessBuilder(command(root, state, "--stop"))
        .redirectErrorStream(true)
        .redirectOutput(new File("/dev/null"))
        .start()
        .waitFor(60, TimeUnit.SECONDS);
    process.destroy();
    process.waitFor(30, TimeUnit.SECONDS);
  }
}
