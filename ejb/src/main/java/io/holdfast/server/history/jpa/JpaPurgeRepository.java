package io.holdfast.server.history.jpa;

import io.holdfast.server.history.PurgeRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Deletes in the run feature's tables and in those of JBeret 3, whose times are local ones of the
 * server. Keys are read first: MariaDB and H2 have no common form of a limited delete. Stateless.
 */
@ApplicationScoped
public class JpaPurgeRepository implements PurgeRepository {
  private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final String ENDED = "('DONE', 'FAILED', 'STOPPED', 'SKIPPED', 'NEVER_STARTED')";

  @PersistenceContext private EntityManager entities;

  @Override
  public List<String> runsWithDetails(Instant endedBefore, int limit) {
    List<?> ids =
        entities
            .createNativeQuery(
                "SELECT id FROM backup_run WHERE details_purged = FALSE AND ended_millis < :before"
                    + " ORDER BY ended_millis")
            .setParameter("before", endedBefore.toEpochMilli())
            .setMaxResults(limit)
            .getResultList();
    return ids.stream().map(String.class::cast).toList();
  }

  @Override
  public int deleteDetails(String runId, int limit) {
    return deleteOf("run_log", runId, limit) + deleteOf("progress_sample", runId, limit);
  }

  private int deleteOf(String table, String runId, int limit) {
    List<?> ids =
        entities
            .createNativeQuery("SELECT id FROM " + table + " WHERE run_id = :run")
            .setParameter("run", runId)
            .setMaxResults(limit)
            .getResultList();
    return ids.isEmpty() ? 0 : delete(table, "id", ids);
  }

  @Override
  public void markPurged(String runId) {
    entities
        .createNativeQuery("UPDATE backup_run SET details_purged = TRUE WHERE id = :run")
        .setParameter("run", runId)
        .executeUpdate();
  }

  @Override
  public int deleteJobInstances(Instant unchangedSince, int limit) {
    List<?> needed =
        entities
            .createNativeQuery(
                "SELECT e.JOBINSTANCEID FROM JOB_EXECUTION e JOIN vm_task t"
                    + " ON t.execution_id = e.JOBEXECUTIONID WHERE t.state NOT IN "
                    + ENDED)
            .getResultList();
    Query old =
        entities
            .createNativeQuery(
                "SELECT i.JOBINSTANCEID FROM JOB_INSTANCE i"
                    + " WHERE EXISTS (SELECT 1 FROM JOB_EXECUTION e"
                    + " WHERE e.JOBINSTANCEID = i.JOBINSTANCEID)"
                    + " AND NOT EXISTS (SELECT 1 FROM JOB_EXECUTION e"
                    + " WHERE e.JOBINSTANCEID = i.JOBINSTANCEID"
                    + " AND COALESCE(e.LASTUPDATEDTIME, e.CREATETIME) >= CAST(:since AS DATETIME))"
                    + (needed.isEmpty() ? "" : " AND i.JOBINSTANCEID NOT IN (:needed)")
                    + " ORDER BY i.JOBINSTANCEID")
            .setParameter("since", LOCAL.format(unchangedSince.atZone(ZoneId.systemDefault())))
            .setMaxResults(limit);
    if (!needed.isEmpty()) {
      old.setParameter("needed", needed);
    }
    List<?> ids = old.getResultList();
    return ids.isEmpty() ? 0 : delete("JOB_INSTANCE", "JOBINSTANCEID", ids);
  }

  private int delete(String table, String key, List<?> ids) {
    return entities
        .createNativeQuery("DELETE FROM " + table + " WHERE " + key + " IN (:ids)")
        .setParameter("ids", ids)
        .executeUpdate();
  }
}
