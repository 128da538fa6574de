package io.holdfast.server.snapshot.jpa;

import io.holdfast.server.paging.jpa.JpaRowLock;
import io.holdfast.server.snapshot.ScheduleRepository;
import io.holdfast.server.snapshot.ScheduledSnapshot;
import io.holdfast.server.snapshot.SnapshotSchedule;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;
import java.util.Optional;

/** {@link ScheduleRepository} by JPA. */
@ApplicationScoped
public class JpaScheduleRepository implements ScheduleRepository {
  @PersistenceContext private EntityManager entities;

  @Override
  public void add(SnapshotSchedule schedule) {
    entities.persist(schedule);
  }

  @Override
  public void remove(SnapshotSchedule schedule) {
    entities
        .createQuery("delete from ScheduledSnapshot s where s.scheduleId = :schedule")
        .setParameter("schedule", schedule.id())
        .executeUpdate();
    entities.remove(schedule);
  }

  @Override
  public Optional<SnapshotSchedule> find(String id) {
    return Optional.ofNullable(entities.find(SnapshotSchedule.class, id));
  }

  @Override
  public Optional<SnapshotSchedule> lock(String id) {
    return JpaRowLock.locked(entities, find(id));
  }

  @Override
  public Optional<SnapshotSchedule> byName(String name) {
    return entities
        .createQuery(
            "select s from SnapshotSchedule s where s.name = :name", SnapshotSchedule.class)
        .setParameter("name", name)
        .getResultStream()
        .findFirst();
  }

  @Override
  public List<SnapshotSchedule> all() {
    return entities
        .createQuery("select s from SnapshotSchedule s order by s.name", SnapshotSchedule.class)
        .getResultList();
  }

  @Override
  public void add(ScheduledSnapshot snapshot) {
    entities.persist(snapshot);
  }

  @Override
  public void remove(ScheduledSnapshot snapshot) {
    entities.remove(entities.contains(snapshot) ? snapshot : entities.merge(snapshot));
  }

  @Override
  public List<ScheduledSnapshot> ofVm(String scheduleId, String vmId) {
    return entities
        .createQuery(
            "select s from ScheduledSnapshot s where s.scheduleId = :schedule and s.vmId = :vm"
                + " order by s.number desc",
            ScheduledSnapshot.class)
        .setParameter("schedule", scheduleId)
        .setParameter("vm", vmId)
        .getResultList();
  }

  @Override
  public Optional<ScheduledSnapshot> ofTag(String tag) {
    return Optional.ofNullable(entities.find(ScheduledSnapshot.class, tag));
  }

  @Override
  public List<ScheduledSnapshot> named(String platformId, String vmId, String name) {
    return entities
        .createQuery(
            "select s from ScheduledSnapshot s where s.platformId = :platform and s.vmId = :vm"
                + " and s.name = :name",
            ScheduledSnapshot.class)
        .setParameter("platform", platformId)
        .setParameter("vm", vmId)
        .setParameter("name", name)
        .getResultList();
  }
}
