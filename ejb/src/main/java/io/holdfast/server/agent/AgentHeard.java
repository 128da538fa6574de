package io.holdfast.server.agent;

/**
 * CDI event after each enrolment and heartbeat, after the commit. Observers that wait for an agent
 * (interrupted runs) look at {@code cameBack}.
 *
 * @param agent who
 * @param cameBack it was offline before, or its process is a new one, so its sessions are closed
 */
public record AgentHeard(AgentId agent, boolean cameBack) {}
