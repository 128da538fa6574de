package io.holdfast.server.agent.transport;

import io.holdfast.agent.protocol.AgentDescription;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.agent.AgentCapability;
import io.holdfast.server.agent.AgentEndpoint;
import io.holdfast.server.agent.AgentFacts;
import java.util.List;

/** What an agent says of itself, cut to what the server keeps. */
final class AgentDescriptions {
  private static final int MAX_TEXT = 255;
  private static final int MAX_SHORT = 64;
  private static final int MAX_ADDRESSES = 20;
  private static final int MAX_MODULES = 20;
  private static final int MAX_DETAIL = 100;
  private static final int MAX_PORT = 65_535;

  private AgentDescriptions() {}

  /**
   * Facts of a description; VALUE_OUT_OF_RANGE for the port.
   *
   * @param source where the call came from: the control address of an agent that names none
   */
  static AgentFacts facts(AgentDescription description, String source) {
    int port = description.getControlPort();
    if (port < 1 || port > MAX_PORT) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "control_port",
          "value",
          port,
          "min",
          1,
          "max",
          MAX_PORT);
    }
    String address =
        description.getControlAddress().isBlank() ? source : description.getControlAddress();
    return new AgentFacts(
        cut(description.getHostName(), MAX_TEXT),
        addresses(description),
        cut(description.getOs(), MAX_TEXT),
        cut(description.getArchitecture(), MAX_SHORT),
        cut(description.getVersion(), MAX_SHORT),
        description.getProtocolVersion(),
        modules(description),
        new AgentEndpoint(cut(address, MAX_TEXT), port),
        cut(description.getInstanceId(), MAX_SHORT));
  }

  private static List<String> addresses(AgentDescription description) {
    return description.getAddressesList().stream()
        .limit(MAX_ADDRESSES)
        .map(address -> cut(address, MAX_SHORT))
        .toList();
  }

  private static List<AgentCapability> modules(AgentDescription description) {
    return description.getModulesList().stream()
        .limit(MAX_MODULES)
        .map(
            module ->
                new AgentCapability(
                    cut(module.getName(), MAX_SHORT),
                    module.getAvailable(),
                    cut(module.getDetail(), MAX_DETAIL)))
        .toList();
  }

  private static String cut(String text, int length) {
    String clean = text.replaceAll("\\p{Cntrl}", " ");
    return clean.length() <= length ? clean : clean.substring(0, length);
  }
}
