package io.holdfast.server.inventory.jpa;

import io.holdfast.server.inventory.Platform;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;

/** {@link PlatformRepository} by JPA. */
@ApplicationScoped
public class JpaPlatformRepository implements PlatformRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public Optional<Platform> byId(PlatformId id) {
    return Optional.ofNullable(entityManager.find(Platform.class, id.value()));
  }

  @Override
  public Optional<Platform> byName(String name) {
    return entityManager
        .createQuery("select p from Platform p where p.name = :name", Platform.class)
        .setParameter("name", name)
        .getResultStream()
        .findFirst();
  }

  @Override
  public List<Platform> all() {
    return entityManager
        .createQuery("select p from Platform p order by p.name", Platform.class)
        .getResultList();
  }

  @Override
  public void add(Platform platform) {
    entityManager.persist(platform);
  }

  @Override
  public void remove(Platform platform) {
    entityManager.remove(platform);
  }
}
