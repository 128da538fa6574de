package io.holdfast.server.inventory;

import io.holdfast.agent.protocol.PlatformAccess;
import io.holdfast.server.agent.AgentId;

/** What some kinds of platform need besides address and login. Every bean of this type is asked. */
public interface PlatformAccessPart {
  /** Adds what an agent must know of a platform, if anything. Asks no agent. */
  void addTo(PlatformAccess.Builder access, PlatformId platform, AgentId agent);
}
