package io.holdfast.server.ceph.jpa;

import io.holdfast.server.agent.AgentId;
import io.holdfast.server.ceph.CephStorage;
import io.holdfast.server.ceph.CephStorageId;
import io.holdfast.server.ceph.CephStorageRepository;
import io.holdfast.server.inventory.PlatformId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;

/** {@link CephStorageRepository} by JPA. */
@ApplicationScoped
public class JpaCephStorageRepository implements CephStorageRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public Optional<CephStorage> byId(CephStorageId id) {
    return Optional.ofNullable(entityManager.find(CephStorage.class, id.value()));
  }

  @Override
  public List<CephStorage> of(PlatformId platform) {
    return entityManager
        .createQuery(
            "select s from CephStorage s where s.platformId = :platform order by s.pool",
            CephStorage.class)
        .setParameter("platform", platform.value())
        .getResultList();
  }

  @Override
  public List<CephStorage> reachedBy(AgentId agent) {
    return entityManager
        .createQuery("select s from CephStorage s where s.agentId = :agent", CephStorage.class)
        .setParameter("agent", agent.value())
        .getResultList();
  }

  @Override
  public void add(CephStorage storage) {
    entityManager.persist(storage);
  }

  @Override
  public void remove(CephStorage storage) {
    entityManager.remove(storage);
  }
}
