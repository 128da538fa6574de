package io.holdfast.system.driver;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.platform.h3ccas.H3cCasDriver;
import io.holdfast.platform.spi.PlatformConnection;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.system.bed.SimulatorProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** A simulator for the tests of one class, and connections of the driver to it. One thread. */
final class DriverFixture implements AutoCloseable {
  private final SimulatorProcess simulator;

  private DriverFixture(SimulatorProcess simulator) {
    this.simulator = simulator;
  }

  /** Starts a simulator without VMs; {@code more} are options of its command line. */
  static DriverFixture start(Path folder, String addresses, String... more)
      throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("holdfast.root"));
    return new DriverFixture(SimulatorProcess.start(root, folder, addresses, more));
  }

  SimulatedCas cas() {
    return simulator.cas();
  }

  PlatformConnection connect() {
    PlatformAccess access =
        PlatformAccess.newBuilder()
            .setAddress("127.0.0.1")
            .setPort(cas().cvmPort())
            .setUser(SimulatedCas.USER)
            .setPassword(SimulatedCas.PASSWORD)
            .build();
    return new H3cCasDriver(Clock.systemUTC(), scheme -> false).connect(access);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    simulator.close();
  }
}
