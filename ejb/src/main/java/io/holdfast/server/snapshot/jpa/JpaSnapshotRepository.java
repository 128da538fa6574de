package io.holdfast.server.snapshot.jpa;

import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.paging.jpa.JpaRowLock;
import io.holdfast.server.paging.jpa.JpaSelection;
import io.holdfast.server.snapshot.SnapshotOperation;
import io.holdfast.server.snapshot.SnapshotOperationState;
import io.holdfast.server.snapshot.SnapshotRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link SnapshotRepository} by JPA. */
@ApplicationScoped
public class JpaSnapshotRepository implements SnapshotRepository {
  private static final EnumSet<SnapshotOperationState> ENDED =
      EnumSet.of(SnapshotOperationState.DONE, SnapshotOperationState.FAILED);

  @PersistenceContext private EntityManager entities;

  @Override
  public void add(SnapshotOperation operation) {
    operation.placeAt(
        1
            + entities
                .createQuery(
                    "select coalesce(max(o.queueOrder), 0) from SnapshotOperation o", Long.class)
                .getSingleResult());
    entities.persist(operation);
    // The unique key refuses a second one here, not at the commit.
    entities.flush();
  }

  @Override
  public Optional<SnapshotOperation> find(UUID id) {
    return Optional.ofNullable(entities.find(SnapshotOperation.class, id.toString()));
  }

  @Override
  public Optional<SnapshotOperation> lock(UUID id) {
    return JpaRowLock.locked(entities, find(id));
  }

  @Override
  public List<SnapshotOperation> active() {
    return entities
        .createQuery(
            "select o from SnapshotOperation o where o.state not in :ended order by o.queueOrder",
            SnapshotOperation.class)
        .setParameter("ended", ENDED)
        .getResultList();
  }

  @Override
  public boolean isUnderWay(String exclusiveKey) {
    return entities
            .createQuery(
                "select count(o) from SnapshotOperation o where o.activeKey = :key", Long.class)
            .setParameter("key", exclusiveKey)
            .getSingleResult()
        > 0;
  }

  @Override
  public Page<SnapshotOperation> list(Filter filter, PageRequest page) {
    JpaSelection rows = new JpaSelection(entities, "SnapshotOperation o");
    if (filter.platform() != null) {
      rows.and("o.platformId = :platform", "platform", filter.platform().value());
    }
    if (filter.vmId() != null) {
      rows.and("o.vmId = :vm", "vm", filter.vmId());
    }
    if (filter.scheduleId() != null) {
      rows.and("o.scheduleId = :schedule", "schedule", filter.scheduleId());
    }
    return rows.page("o", "order by o.queueOrder desc", SnapshotOperation.class, page);
  }

  @Override
  public int deleteEnded(Instant before, int limit) {
    List<String> old =
        entities
            .createQuery(
                "select o.id from SnapshotOperation o where o.state in :ended"
                    + " and o.endedMillis < :before order by o.queueOrder",
                String.class)
            .setParameter("ended", ENDED)
            .setParameter("before", before.toEpochMilli())
            .setMaxResults(limit)
            .getResultList();
    return old.isEmpty()
        ? 0
        : entities
            .createQuery("delete from SnapshotOperation o where o.id in :ids")
            .setParameter("ids", old)
            .executeUpdate();
  }
}
