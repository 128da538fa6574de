package io.holdfast.server.pool.jpa;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.pool.PoolCheck;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.pool.PoolRepository;
import io.holdfast.server.pool.StoragePool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;

/** {@link PoolRepository} by JPA. */
@ApplicationScoped
public class JpaPoolRepository implements PoolRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public Optional<StoragePool> byId(PoolId id) {
    return Optional.ofNullable(entityManager.find(StoragePool.class, id.value()));
  }

  @Override
  public Optional<StoragePool> byName(String name) {
    return entityManager
        .createQuery("select p from StoragePool p where p.name = :name", StoragePool.class)
        .setParameter("name", name)
        .getResultStream()
        .findFirst();
  }

  @Override
  public List<StoragePool> ofAgent(AgentId agent) {
    return entityManager
        .createQuery(
            "select p from StoragePool p where p.agentId = :agent order by p.name",
            StoragePool.class)
        .setParameter("agent", agent.value())
        .getResultList();
  }

  @Override
  public List<StoragePool> all() {
    return entityManager
        .createQuery("select p from StoragePool p order by p.name", StoragePool.class)
        .getResultList();
  }

  @Override
  public PoolCheck check(PoolId id) {
    PoolCheck found = entityManager.find(PoolCheck.class, id.value());
    if (found != null) {
      return found;
    }
    PoolCheck fresh = PoolCheck.first(id);
    entityManager.persist(fresh);
    return fresh;
  }

  @Override
  public void add(StoragePool pool) {
    entityManager.persist(pool);
  }

  @Override
  public void remove(StoragePool pool) {
    PoolCheck check = entityManager.find(PoolCheck.class, pool.id().value());
    if (check != null) {
      entityManager.remove(check);
    }
    entityManager.remove(pool);
  }
}
