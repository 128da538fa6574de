package io.holdfast.server.policy.jpa;

import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.paging.jpa.JpaSelection;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.PolicyRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Policies by JPA. Stateless; the entity manager is the transaction's. */
@ApplicationScoped
public class JpaPolicyRepository implements PolicyRepository {
  @PersistenceContext private EntityManager entities;

  @Override
  public void add(BackupPolicy policy) {
    entities.persist(policy);
  }

  @Override
  public Optional<BackupPolicy> find(UUID id) {
    return Optional.ofNullable(entities.find(BackupPolicy.class, id.toString()));
  }

  @Override
  public Optional<BackupPolicy> findByName(String name) {
    return entities
        .createQuery("select p from BackupPolicy p where p.name = :name", BackupPolicy.class)
        .setParameter("name", name)
        .getResultStream()
        .findFirst();
  }

  @Override
  public void remove(BackupPolicy policy) {
    entities.remove(policy);
  }

  @Override
  public List<BackupPolicy> list(String nameContains, PageRequest page) {
    return named(nameContains).rows("p", "order by p.name, p.id", BackupPolicy.class, page);
  }

  @Override
  public long count(String nameContains) {
    return named(nameContains).count("p");
  }

  private JpaSelection named(String contains) {
    return new JpaSelection(entities, "BackupPolicy p").andContains(contains, "p.name");
  }

  @Override
  public List<BackupPolicy> using(String resourceId) {
    return entities
        .createQuery(
            "select p from BackupPolicy p where p.poolId = :id or p.agentId = :id"
                + " or p.platformId = :id order by p.name",
            BackupPolicy.class)
        .setParameter("id", resourceId)
        .getResultList();
  }
}
