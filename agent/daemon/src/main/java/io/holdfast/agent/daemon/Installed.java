package io.holdfast.agent.daemon;

import io.holdfast.agent.enrolment.StateFolder;
import io.holdfast.agent.server.Connectors;
import java.util.List;

/** The drivers and transports in this JAR, set up from the agent's settings. */
final class Installed {
  private Installed() {}

  static Connectors connectors(StateFolder state) {
    return new Connectors(List.of(), List.of());
  }
}
