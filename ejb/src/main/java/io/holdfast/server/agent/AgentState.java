package io.holdfast.server.agent;

/** AGT-05: whether the server heard of an agent within {@link Agent#OFFLINE_AFTER}. */
public enum AgentState {
  ONLINE,
  OFFLINE
}
