package io.holdfast.server.pool;

import io.holdfast.server.agent.AgentId;
import java.util.List;
import java.util.Optional;

/** Pools in the database. Changes need a transaction. */
public interface PoolRepository {
  /** The pool; attached when a transaction is active. */
  Optional<StoragePool> byId(PoolId id);

  /** The pool of that name. */
  Optional<StoragePool> byName(String name);

  /** The pools of an agent. */
  List<StoragePool> ofAgent(AgentId agent);

  /** All pools by name. */
  List<StoragePool> all();

  /** The pool with a given id or folder on the same agent, if the server has it already. */
  default Optional<StoragePool> sameAs(PoolId id, AgentId agent, String folder) {
    return byId(id)
        .or(() -> ofAgent(agent).stream().filter(pool -> pool.folder().equals(folder)).findFirst());
  }

  /** What the last look at a pool found; attached, new when there was none. */
  PoolCheck check(PoolId id);

  /** Stores a new pool. */
  void add(StoragePool pool);

  /** Removes a pool's row; its folder stays. */
  void remove(StoragePool pool);
}
