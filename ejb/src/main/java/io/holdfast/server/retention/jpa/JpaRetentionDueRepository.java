package io.holdfast.server.retention.jpa;

import io.holdfast.server.pool.PoolId;
import io.holdfast.server.retention.RetentionDue;
import io.holdfast.server.retention.RetentionDueRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link RetentionDueRepository} by JPA. */
@ApplicationScoped
public class JpaRetentionDueRepository implements RetentionDueRepository {
  @PersistenceContext private EntityManager entities;

  @Override
  public void add(RetentionDue due) {
    entities.persist(due);
  }

  @Override
  public Optional<RetentionDue> find(UUID restorePointId) {
    return Optional.ofNullable(entities.find(RetentionDue.class, restorePointId.toString()));
  }

  @Override
  public void remove(RetentionDue due) {
    entities.remove(due);
  }

  @Override
  public List<PoolId> duePools(Instant now) {
    return entities
        .createQuery(
            "select distinct d.poolId from RetentionDue d where d.retryMillis <= :now",
            String.class)
        .setParameter("now", now.toEpochMilli())
        .getResultStream()
        .map(PoolId::new)
        .toList();
  }

  @Override
  public List<RetentionDue> due(PoolId pool, Instant now, int limit) {
    return entities
        .createQuery(
            "select d from RetentionDue d where d.poolId = :pool and d.retryMillis <= :now"
                + " order by d.retryMillis",
            RetentionDue.class)
        .setParameter("pool", pool.value())
        .setParameter("now", now.toEpochMilli())
        .setMaxResults(limit)
        .getResultList();
  }

  @Override
  public void putOff(PoolId pool, Instant until) {
    entities
        .createQuery(
            "update RetentionDue d set d.retryMillis = :until"
                + " where d.poolId = :pool and d.retryMillis < :until")
        .setParameter("until", until.toEpochMilli())
        .setParameter("pool", pool.value())
        .executeUpdate();
  }

  @Override
  public List<RetentionDue> inPool(PoolId pool, int limit) {
    return entities
        .createQuery(
            "select d from RetentionDue d where d.poolId = :pool order by d.dueMillis",
            RetentionDue.class)
        .setParameter("pool", pool.value())
        .setMaxResults(limit)
        .getResultList();
  }
}
