package io.holdfast.server.agent;

import java.util.List;
import java.util.Optional;

/** Agents in the database. Changes need a transaction. */
public interface AgentRepository {
  /** The agent; attached when a transaction is active. */
  Optional<Agent> byId(AgentId id);

  /** All agents by host name. */
  List<Agent> all();

  /** Stores a new agent. */
  void add(Agent agent);

  /** Removes an agent. */
  void remove(Agent agent);
}
