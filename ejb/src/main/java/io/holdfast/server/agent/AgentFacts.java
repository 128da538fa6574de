package io.holdfast.server.agent;

import java.util.List;

/**
 * What an agent tells about itself with each heartbeat.
 *
 * @param instanceId new with every start of the agent's process
 */
public record AgentFacts(
    String hostName,
    List<String> addresses,
    String os,
    String architecture,
    String version,
    int protocolVersion,
    List<AgentCapability> modules,
    AgentEndpoint control,
    String instanceId) {
  public AgentFacts {
    addresses = List.copyOf(addresses);
    modules = List.copyOf(modules);
  }
}
