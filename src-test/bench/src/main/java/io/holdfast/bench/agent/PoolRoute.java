package io.holdfast.bench.agent;

import io.holdfast.agent.protocol.PoolAccess;
import java.util.List;

/** How a session is told of a pool. */
public interface PoolRoute {
  /** The pool is on the agent itself. */
  PoolRoute OWN = (pool, session, points) -> pool;

  /**
   * The pool as the session's agent is told of it.
   *
   * @param session that may be written; empty: none
   * @param points that may be read
   */
  PoolAccess to(PoolAccess pool, String session, List<String> points);
}
