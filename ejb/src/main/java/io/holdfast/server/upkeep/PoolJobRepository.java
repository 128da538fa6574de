package io.holdfast.server.upkeep;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Pool jobs, what they found, and plans, as stored. Joins the caller's transaction. */
public interface PoolJobRepository {
  void add(PoolJob job);

  Optional<PoolJob> find(UUID id);

  /** The job with its row locked until the transaction ends, as it is in the database now. */
  Optional<PoolJob> lock(UUID id);

  /** The job of that kind in the pool that has not ended. */
  Optional<PoolJob> active(PoolId pool, PoolJobKind kind);

  /** All that have not ended, oldest first. */
  List<PoolJob> active();

  /** Newest first; a pool and a kind may be left out. */
  Page<PoolJob> list(Optional<PoolId> pool, Optional<PoolJobKind> kind, PageRequest page);

  void add(PoolJobDamage damage);

  /** What a verification found, in its order. */
  Page<PoolJobDamage> damage(UUID jobId, PageRequest page);

  void add(PoolJobPlan plan);

  /** The plan with its row locked until the transaction ends; empty while there is none. */
  Optional<PoolJobPlan> lockPlan(PoolId pool, PoolJobKind kind);

  Optional<PoolJobPlan> plan(PoolId pool, PoolJobKind kind);
}
