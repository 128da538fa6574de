package io.holdfast.server.retention;

import io.holdfast.server.pool.PoolId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Retention that is due, as stored. Joins the caller's transaction. */
public interface RetentionDueRepository {
  void add(RetentionDue due);

  Optional<RetentionDue> find(UUID restorePointId);

  void remove(RetentionDue due);

  /** The pools in which anything may be tried now. */
  List<PoolId> duePools(Instant now);

  /** What may be tried now in a pool, oldest first. */
  List<RetentionDue> due(PoolId pool, Instant now, int limit);

  /** Nothing of a pool is tried before a moment. */
  void putOff(PoolId pool, Instant until);

  /** What is due in a pool, whether its time has come again or not, oldest first. */
  List<RetentionDue> inPool(PoolId pool, int limit);
}
