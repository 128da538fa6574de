package io.holdfast.server.upkeep.jpa;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.upkeep.PoolJob;
import io.holdfast.server.upkeep.PoolJobDamage;
import io.holdfast.server.upkeep.PoolJobKind;
import io.holdfast.server.upkeep.PoolJobPlan;
import io.holdfast.server.upkeep.PoolJobRepository;
import io.holdfast.server.upkeep.PoolJobState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
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
    Optional<PoolJob> job = find(id);
    job.ifPresent(
        found -> {
          entities.flush();
          entities.refresh(found, LockModeType.PESSIMISTIC_WRITE);
        });
    return job;
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
    String where =
        " where 1 = 1"
            + (pool.isPresent() ? " and j.poolId = :pool" : "")
            + (kind.isPresent() ? " and j.kind = :kind" : "");
    TypedQuery<PoolJob> rows =
        entities.createQuery(
            "select j from PoolJob j" + where + " order by j.createdMillis desc, j.id",
            PoolJob.class);
    TypedQuery<Long> count =
        entities.createQuery("select count(j) from PoolJob j" + where, Long.class);
    for (TypedQuery<?> query : List.of(rows, count)) {
      pool.ifPresent(id -> query.setParameter("pool", id.value()));
      kind.ifPresent(wanted -> query.setParameter("kind", wanted));
    }
    return new Page<>(
        rows.setFirstResult(page.offset()).setMaxResults(page.limit()).getResultList(),
        count.getSingleResult());
  }

  @Override
  public void add(PoolJobDamage damage) {
    entities.persist(damage);
  }

  @Override
  public Page<PoolJobDamage> damage(UUID jobId, PageRequest page) {
    List<PoolJobDamage> rows =
        entities
            .createQuery(
                "select d from PoolJobDamage d where d.jobId = :job order by d.id",
                PoolJobDamage.class)
            .setParameter("job", jobId.toString())
            .setFirstResult(page.offset())
            .setMaxResults(page.limit())
            .getResultList();
    long count =
        entities
            .createQuery("select count(d) from PoolJobDamage d where d.jobId = :job", Long.class)
            .setParameter("job", jobId.toString())
            .getSingleResult();
    return new Page<>(rows, count);
  }

  @Override
  public void add(PoolJobPlan plan) {
    entities.persist(plan);
  }

  @Override
  public Optional<PoolJobPlan> lockPlan(PoolId pool, PoolJobKind kind) {
    Optional<PoolJobPlan> plan = plan(pool, kind);
    plan.ifPresent(found -> entities.refresh(found, LockModeType.PESSIMISTIC_WRITE));
    return plan;
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
