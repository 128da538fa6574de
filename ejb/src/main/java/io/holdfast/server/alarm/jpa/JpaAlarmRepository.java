package io.holdfast.server.alarm.jpa;

import io.holdfast.server.alarm.Alarm;
import io.holdfast.server.alarm.AlarmFilter;
import io.holdfast.server.alarm.AlarmRepository;
import io.holdfast.server.paging.Page;
import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.paging.jpa.JpaSelection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@link AlarmRepository} by JPA. */
@ApplicationScoped
public class JpaAlarmRepository implements AlarmRepository {
  @PersistenceContext(unitName = "holdfast")
  EntityManager entities;

  @Override
  public void add(Alarm alarm) {
    entities.persist(alarm);
  }

  @Override
  public Optional<Alarm> find(UUID id) {
    return Optional.ofNullable(entities.find(Alarm.class, id.toString()));
  }

  @Override
  public boolean exists(String taskId, String code) {
    return entities
            .createQuery(
                "select count(a) from Alarm a where a.taskId = :task and a.code = :code",
                Long.class)
            .setParameter("task", taskId)
            .setParameter("code", code)
            .getSingleResult()
        > 0;
  }

  @Override
  public Page<Alarm> list(AlarmFilter filter, PageRequest page) {
    JpaSelection selection =
        new JpaSelection(entities, "Alarm a")
            .andContains(filter.text(), "a.jobName", "a.vmName", "a.platformName");
    if (filter.open()) {
      selection.and("a.acknowledgedBy = :nobody", "nobody", "");
    }
    if (filter.kind() != null) {
      selection.and("a.kind = :kind", "kind", filter.kind());
    }
    return selection.page("a", "order by a.raisedMillis desc, a.id", Alarm.class, page);
  }

  @Override
  public List<Alarm> open(Instant until, int limit) {
    return entities
        .createQuery(
            "select a from Alarm a where a.acknowledgedMillis is null"
                + " and a.raisedMillis <= :until order by a.raisedMillis, a.id",
            Alarm.class)
        .setParameter("until", until.toEpochMilli())
        .setMaxResults(limit)
        .getResultList();
  }

  @Override
  public List<Alarm> openOf(String platformId) {
    return entities
        .createQuery(
            "select a from Alarm a where a.acknowledgedMillis is null"
                + " and a.platformId = :platform order by a.raisedMillis, a.id",
            Alarm.class)
        .setParameter("platform", platformId)
        .getResultList();
  }

  @Override
  public int deleteAcknowledged(Instant raisedBefore, int limit) {
    List<String> ids =
        entities
            .createQuery(
                "select a.id from Alarm a where a.acknowledgedMillis is not null"
                    + " and a.raisedMillis < :before order by a.raisedMillis",
                String.class)
            .setParameter("before", raisedBefore.toEpochMilli())
            .setMaxResults(limit)
            .getResultList();
    return ids.isEmpty()
        ? 0
        : entities
            .createQuery("delete from Alarm a where a.id in :ids")
            .setParameter("ids", ids)
            .executeUpdate();
  }
}
