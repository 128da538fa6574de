/**
 * Agents: access keys, the product's own certificate authority, the registry with heartbeats, and
 * {@link io.holdfast.server.agent.AgentGateway}, the only way to an agent. Knows no platform, pool
 * or job. gRPC lives in the transport package. An agent is who its certificate says.
 */
package io.holdfast.server.agent;
