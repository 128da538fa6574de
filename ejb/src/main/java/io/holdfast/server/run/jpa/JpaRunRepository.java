package io.holdfast.server.run.jpa;

import io.holdfast.server.paging.PageRequest;
import io.holdfast.server.run.BackupRun;
import io.holdfast.server.run.ProgressSample;
import io.holdfast.server.run.RunFilter;
import io.holdfast.server.run.RunLogEntry;
import io.holdfast.server.run.RunRepository;
import io.holdfast.server.run.RunState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.TypedQuery;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
    Optional<BackupRun> run = find(id);
    run.ifPresent(
        found -> {
          // What this transaction has changed already must not be read over.
          entities.flush();
          entities.refresh(found, LockModeType.PESSIMISTIC_WRITE);
        });
    return run;
  }

  @Override
  public List<BackupRun> list(RunFilter filter, PageRequest page) {
    return filtered("select r", filter, " order by r.startedMillis desc, r.id", BackupRun.class)
        .setFirstResult(page.offset())
        .setMaxResults(page.limit())
        .getResultList();
  }

  @Override
  public long count(RunFilter filter) {
    return filtered("select count(r)", filter, "", Long.class).getSingleResult();
  }

  private <T> TypedQuery<T> filtered(
      String select, RunFilter filter, String order, Class<T> result) {
    StringBuilder where = new StringBuilder(" from BackupRun r where 1 = 1");
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (filter.kind() != null) {
      where.append(" and r.kind = :kind");
      parameters.put("kind", filter.kind());
    }
    if (filter.jobId() != null) {
      where.append(" and r.jobId = :job");
      parameters.put("job", filter.jobId().toString());
    }
    if (filter.state() != null) {
      where.append(" and r.state = :state");
      parameters.put("state", filter.state());
    }
    if (filter.nameContains() != null && !filter.nameContains().isBlank()) {
      where.append(" and lower(r.jobName) like :name escape '!'");
      String name = filter.nameContains().strip().toLowerCase(Locale.ROOT);
      parameters.put("name", "%" + name.replaceAll("([!%_])", "!$1") + "%");
    }
    TypedQuery<T> query = entities.createQuery(select + where + order, result);
    parameters.forEach(query::setParameter);
    return query;
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
  public void add(RunLogEntry entry) {
    entities.persist(entry);
  }

  @Override
  public List<RunLogEntry> log(UUID runId, PageRequest page) {
    return entities
        .createQuery(
            "select e from RunLogEntry e where e.runId = :run order by e.id", RunLogEntry.class)
        .setParameter("run", runId.toString())
        .setFirstResult(page.offset())
        .setMaxResults(page.limit())
        .getResultList();
  }

  @Override
  public long logCount(UUID runId) {
    return entities
        .createQuery("select count(e) from RunLogEntry e where e.runId = :run", Long.class)
        .setParameter("run", runId.toString())
        .getSingleResult();
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
