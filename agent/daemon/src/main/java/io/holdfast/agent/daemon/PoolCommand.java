package io.holdfast.agent.daemon;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Work on a pool folder with nothing but this JAR: no server, no catalog (POOL-01). */
@Command(name = "pool", description = "Inspect, verify or restore from a pool folder offline.")
final class PoolCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say inspect, verify or restore.");
  }
}
