package io.holdfast.server.agent.jpa;

import io.holdfast.server.agent.AccessKey;
import io.holdfast.server.agent.AccessKeyRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;

/** {@link AccessKeyRepository} by JPA. */
@ApplicationScoped
public class JpaAccessKeyRepository implements AccessKeyRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public Optional<AccessKey> byId(String id) {
    return Optional.ofNullable(entityManager.find(AccessKey.class, id));
  }

  @Override
  public List<AccessKey> all() {
    return entityManager
        .createQuery("select k from AccessKey k order by k.createdAt desc", AccessKey.class)
        .getResultList();
  }

  @Override
  public void add(AccessKey key) {
    entityManager.persist(key);
  }
}
