package io.holdfast.server.inventory.jpa;

import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformReach;
import io.holdfast.server.inventory.PlatformReachRepository;
import io.holdfast.server.inventory.PlatformReachRow;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.Optional;

/** {@link PlatformReachRepository} by JPA. */
@ApplicationScoped
public class JpaPlatformReachRepository implements PlatformReachRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public Optional<PlatformReach> find(PlatformId id) {
    return row(id).map(PlatformReachRow::reach);
  }

  @Override
  public void save(PlatformId id, PlatformReach reach) {
    entityManager.merge(new PlatformReachRow(id, reach));
  }

  @Override
  public void remove(PlatformId id) {
    row(id).ifPresent(entityManager::remove);
  }

  private Optional<PlatformReachRow> row(PlatformId id) {
    return Optional.ofNullable(entityManager.find(PlatformReachRow.class, id.value()));
  }
}
