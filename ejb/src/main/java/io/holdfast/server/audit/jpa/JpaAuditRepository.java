package io.holdfast.server.audit.jpa;

import io.holdfast.server.audit.AuditEntry;
import io.holdfast.server.audit.AuditRepository;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.paging.jpa.JpaSelection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;

/** {@link AuditRepository} by JPA. */
@ApplicationScoped
public class JpaAuditRepository implements AuditRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entityManager;

  @Override
  public void append(AuditEntry entry) {
    entityManager.persist(entry);
  }

  @Override
  public Page<AuditEntry> newest(PageRequest page) {
    return new JpaSelection(entityManager, "AuditEntry a")
        .page("a", "order by a.happenedAt desc, a.id", AuditEntry.class, page);
  }
}
