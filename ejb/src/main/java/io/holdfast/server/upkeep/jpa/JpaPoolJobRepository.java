package io.holdfast.server.upkeep.jpa;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.paging.jpa.JpaRowLock;
import io.holdfast.server.paging.jpa.JpaSelection;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.upkeep.PoolJob;
import io.holdfast.server.upkeep.PoolJobDamage;
import io.holdfast.server.upkeep.PoolJobKind;
import io.holdfast.server.upkeep.PoolJobPlan;
import io.holdfast.server.upkeep.PoolJobRepository;
import io.holdfast.server.upkeep.PoolJobState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link PoolJobRepository} by JPA. */
@ApplicationScoped
public class JpaPoolJobRepository implements PoolJobRepository {
  @PersistenceContext private EntityManager entities;

  @Override
  public void add(PoolJob job) {
    entities.persist(job);
    // The unique key refuses a second one here, not at the commit.
    entities.flush();
  }

  @Override
  public Optional<PoolJob> find(UUID id) {
    return Optional.ofNullable(entities.find(PoolJob.class, id.toString()));
  }

  @Override
  public Optional<PoolJob> lock(UUID id) {
    return JpaRowLock.locked(entities, find(id));
  }

  @Override
  public Optional<PoolJob> active(PoolId pool, PoolJobKind kind) {
    return entities
        .createQuery("select j from PoolJob j where j.activeKey = :key", PoolJob.class)
        .setParameter("key", pool.value() + ":" + kind)
        .getResultStream()
        .findFirst();
  }

  @Override
  public List<PoolJob> active() {
    return entities
        .createQuery(
            "select j from PoolJob j where j.state in :states order by j.createdMillis",
            PoolJob.class)
        .setParameter("states", PoolJobState.active())
        .getResultList();
  }

  @Override
  public Page<PoolJob> list(Optional<PoolId> pool, Optional<PoolJobKind> kind, PageRequest page) {
    JpaSelection rows = new JpaSelection(entities, "PoolJob j");
    pool.ifPresent(id -> rows.and("j.poolId = :pool", "pool", id.value()));
    kind.ifPresent(wanted -> rows.and("j.kind = :kind", "kind", wanted));
    return rows.page("j", "order by j.createdMillis desc, j.id", PoolJob.class, page);
  }

  @Override
  public void add(PoolJobDamage damage) {
    entities.persist(damage);
  }

  @Override
  public Page<PoolJobDamage> damage(UUID jobId, PageRequest page) {
    return new JpaSelection(entities, "PoolJobDamage d")
        .and("d.jobId = :job", "job", jobId.toString())
        .page("d", "order by d.id", PoolJobDamage.class, page);
  }

  @Override
  public void add(PoolJobPlan plan) {
    entities.persist(plan);
  }

  @Override
  public Optional<PoolJobPlan> lockPlan(PoolId pool, PoolJobKind kind) {
    return JpaRowLock.locked(entities, plan(pool, kind));
  }

  @Override
  public Optional<PoolJobPlan> plan(PoolId pool, PoolJobKind kind) {
    return entities
        .createQuery(
            "select p from PoolJobPlan p where p.poolId = :pool and p.kind = :kind",
            PoolJobPlan.class)
        .setParameter("pool", pool.value())
        .setParameter("kind", kind)
        .getResultStream()
        .findFirst();
  }
}
