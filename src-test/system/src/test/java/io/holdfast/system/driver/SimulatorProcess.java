package io.holdfast.system.driver;

import io.holdfast.system.bed.SimulatedCas;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The simulator, started in a folder of its own and stopped cleanly, with all its guests. */
final class SimulatorProcess implements AutoCloseable {
  private static final int START_SECONDS = 90;

  private final Path state;
  private final Process process;

  private SimulatorProcess(Path state, Process process) {
    this.state = state;
    this.process = process;
  }

  /** Starts it on loopback addresses that no other test uses. */
  static SimulatorProcess start(Path folder) throws IOException, InterruptedException {
    Path state = folder.resolve("sim state 状态");
    Process process =
        new ProcessBuilder(
                command(
                    state,
                    "--seed",
                    "hosts",
                    "--port",
                    "0",
                    "--lab-port",
                    "0",
                    "--cvk-addresses",
                    "127.61.7.1,127.61.7.2",
                    "--page-limit",
                    "2"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("simulator.log").toFile())
            .start();
    SimulatorProcess simulator = new SimulatorProcess(state, process);
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

  private static List<String> command(Path state, String... more) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Path jar =
        Path.of(System.getProperty("holdfast.root"))
            .resolve("src-test/simulator/target/holdfast-simulator.jar");
    List<String> command =
        new ArrayList<>(List.of(java, "-jar", jar.toString(), "--state", state.toString()));
    command.addAll(List.of(more));
    return command;
  }

  SimulatedCas cas() {
    return new SimulatedCas(state);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    new ProcessBuilder(command(state, "--stop"))
        .redirectErrorStream(true)
        .redirectOutput(new File("/dev/null"))
        .start()
        .waitFor(60, TimeUnit.SECONDS);
    process.destroy();
    process.waitFor(30, TimeUnit.SECONDS);
  }
}
