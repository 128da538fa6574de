package io.holdfast.agent.daemon;

import io.holdfast.agent.enrolment.StateFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The state folder, an option of most commands. */
final class StateOption {
  @Option(
      names = "--state",
      required = true,
      paramLabel = "<folder>",
      description = "Where the agent keeps its id, key and certificates.")
  private Path folder;

  StateFolder open() {
    return StateFolder.open(folder);
  }
}
