package io.holdfast.server.agent;

/**
 * An agent and its state at the moment of asking.
 *
 * @param agent as it last described itself
 * @param state online or offline now
 */
public record AgentView(Agent agent, AgentState state) {}
