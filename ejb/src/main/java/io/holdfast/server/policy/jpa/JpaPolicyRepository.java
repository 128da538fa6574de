package io.holdfast.server.policy.jpa;

import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.policy.BackupPolicy;
import io.holdfast.server.policy.PolicyRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Locale;
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
    return entities
        .createQuery(
            "select p from BackupPolicy p where lower(p.name) like :name escape '!'"
                + " order by p.name, p.id",
            BackupPolicy.class)
        .setParameter("name", like(nameContains))
        .setFirstResult(page.offset())
        .setMaxResults(page.limit())
        .getResultList();
  }

  @Override
  public long count(String nameContains) {
    return entities
        .createQuery(
            "select count(p) from BackupPolicy p where lower(p.name) like :name escape '!'",
            Long.class)
        .setParameter("name", like(nameContains))
        .getSingleResult();
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

  private static String like(String contains) {
    String escaped = contains.toLowerCase(Locale.ROOT).replaceAll("([!%_])", "!$1");
    return "%" + escaped + "%";
  }
}
