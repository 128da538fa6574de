package io.holdfast.server.restore.jpa;

import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.paging.jpa.JpaSelection;
import io.holdfast.server.restore.RestoreJob;
import io.holdfast.server.restore.RestoreOrder;
import io.holdfast.server.restore.RestoreRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Restore jobs by JPA. Stateless; the entity manager is the transaction's. */
@ApplicationScoped
public class JpaRestoreRepository implements RestoreRepository {
  @PersistenceContext private EntityManager entities;

  @Override
  public void add(RestoreJob job) {
    entities.persist(job);
  }

  @Override
  public Optional<RestoreJob> find(UUID id) {
    return Optional.ofNullable(entities.find(RestoreJob.class, id.toString()));
  }

  @Override
  public void remove(RestoreJob job) {
    entities.remove(job);
  }

  @Override
  public List<RestoreJob> list(String nameContains, PageRequest page) {
    return named(nameContains)
        .rows("j", "order by j.createdMillis desc, j.id", RestoreJob.class, page);
  }

  @Override
  public long count(String nameContains) {
    return named(nameContains).count("j");
  }

  private JpaSelection named(String contains) {
    return new JpaSelection(entities, "RestoreJob j").andContains(contains, "j.name");
  }

  @Override
  public List<RestoreJob> using(String resourceId) {
    return entities
        .createQuery(
            "select j from RestoreJob j where j.restorePointId = :id or j.platformId = :id",
            RestoreJob.class)
        .setParameter("id", resourceId)
        .getResultList();
  }

  @Override
  public void add(RestoreOrder order) {
    entities.persist(order);
  }

  @Override
  public Optional<RestoreOrder> order(UUID taskId) {
    return Optional.ofNullable(entities.find(RestoreOrder.class, taskId.toString()));
  }
}
