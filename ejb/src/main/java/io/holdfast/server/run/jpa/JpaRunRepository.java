package io.holdfast.server.run.jpa;

import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.paging.jpa.JpaRowLock;
import io.holdfast.server.paging.jpa.JpaSelection;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.ProgressSample;
import io.holdfast.server.run.RunFilter;
import io.holdfast.server.run.RunLogEntry;
import io.holdfast.server.run.RunRepository;
import io.holdfast.server.run.RunState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Runs by JPA. Stateless; the entity manager is the transaction's. */
@ApplicationScoped
public class JpaRunRepository implements RunRepository {
  private static final List<RunState> ACTIVE =
      Arrays.stream(RunState.values()).filter(state -> !state.isEnded()).toList();

  @PersistenceContext private EntityManager entities;

  @Override
  public void add(BackupRun run) {
    entities.persist(run);
  }

  @Override
  public Optional<BackupRun> find(UUID id) {
    return Optional.ofNullable(entities.find(BackupRun.class, id.toString()));
  }

  @Override
  public Optional<BackupRun> lock(UUID id) {
    return JpaRowLock.locked(entities, find(id));
  }

  @Override
  public List<BackupRun> list(RunFilter filter, PageRequest page) {
    return selection(filter)
        .rows("r", "order by r.startedMillis desc, r.id", BackupRun.class, page);
  }

  @Override
  public long count(RunFilter filter) {
    return selection(filter).count("r");
  }

  private JpaSelection selection(RunFilter filter) {
    JpaSelection rows = new JpaSelection(entities, "BackupRun r");
    if (filter.kind() != null) {
      rows.and("r.kind = :kind", "kind", filter.kind());
    }
    if (filter.jobId() != null) {
      rows.and("r.jobId = :job", "job", filter.jobId().toString());
    }
    if (filter.state() != null) {
      rows.and("r.state = :state", "state", filter.state());
    }
    return rows.andContains(filter.nameContains(), "r.jobName");
  }

  @Override
  public List<BackupRun> active() {
    return entities
        .createQuery(
            "select r from BackupRun r where r.state in :active order by r.startedMillis, r.id",
            BackupRun.class)
        .setParameter("active", ACTIVE)
        .getResultList();
  }

  @Override
  public List<UUID> retryDue(Instant now) {
    return entities
        .createQuery(
            "select r.id from BackupRun r where r.retryDueMillis <= :now order by r.retryDueMillis",
            String.class)
        .setParameter("now", now.toEpochMilli())
        .getResultStream()
        .map(UUID::fromString)
        .toList();
  }

  @Override
  public void add(RunLogEntry entry) {
    entities.persist(entry);
  }

  @Override
  public List<RunLogEntry> log(UUID runId, PageRequest page) {
    return entries(runId).rows("e", "order by e.id", RunLogEntry.class, page);
  }

  @Override
  public long logCount(UUID runId) {
    return entries(runId).count("e");
  }

  private JpaSelection entries(UUID runId) {
    return new JpaSelection(entities, "RunLogEntry e")
        .and("e.runId = :run", "run", runId.toString());
  }

  @Override
  public void add(ProgressSample sample) {
    entities.persist(sample);
  }

  @Override
  public List<ProgressSample> samples(UUID runId, Instant from) {
    return entities
        .createQuery(
            "select s from ProgressSample s where s.runId = :run and s.atMillis >= :from"
                + " order by s.atMillis, s.id",
            ProgressSample.class)
        .setParameter("run", runId.toString())
        .setParameter("from", from.toEpochMilli())
        .getResultList();
  }
}
