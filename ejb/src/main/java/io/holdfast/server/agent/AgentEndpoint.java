package io.holdfast.server.agent;

/** Where the server dials an agent. */
public record AgentEndpoint(String address, int port) {
  @Override
  public String toString() {
    return address + ":" + port;
  }
}
