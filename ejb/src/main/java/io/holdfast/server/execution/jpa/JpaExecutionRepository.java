package io.holdfast.server.execution.jpa;

import io.holdfast.server.execution.BatchExecution;
import io.holdfast.server.execution.BatchStep;
import io.holdfast.server.execution.ExecutionFilter;
import io.holdfast.server.execution.ExecutionRepository;
import io.holdfast.server.execution.ExecutionStatus;
import io.holdfast.server.paging.PageRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables of JBeret 3, which has no way to ask for a page or by status. Its times are local ones
 * of the server, so they are read as text. Stateless.
 */
@ApplicationScoped
public class JpaExecutionRepository implements ExecutionRepository {
  private static final Pattern TASK = Pattern.compile("\\btaskId\\s*=\\s*([0-9a-fA-F-]{36})");
  private static final String EXECUTIONS =
      " FROM JOB_EXECUTION e JOIN JOB_INSTANCE i ON i.JOBINSTANCEID = e.JOBINSTANCEID";
  private static final String COLUMNS =
      "SELECT e.JOBEXECUTIONID, i.JOBINSTANCEID, i.JOBNAME, e.BATCHSTATUS, e.EXITSTATUS, "
          + time("e.CREATETIME")
          + ", "
          + time("e.STARTTIME")
          + ", "
          + time("e.ENDTIME")
          + ", e.JOBPARAMETERS";

  @PersistenceContext private EntityManager entities;

  @Override
  public List<BatchExecution> list(ExecutionFilter filter, PageRequest page) {
    Query query = filtered(COLUMNS, filter, " ORDER BY e.JOBEXECUTIONID DESC");
    return rows(query.setFirstResult(page.offset()).setMaxResults(page.limit())).stream()
        .map(JpaExecutionRepository::execution)
        .toList();
  }

  @Override
  public long count(ExecutionFilter filter) {
    return number(filtered("SELECT COUNT(*)", filter, "").getSingleResult());
  }

  @Override
  public Optional<BatchExecution> find(long executionId) {
    Query query =
        entities
            .createNativeQuery(COLUMNS + EXECUTIONS + " WHERE e.JOBEXECUTIONID = :id")
            .setParameter("id", executionId);
    return rows(query).stream().map(JpaExecutionRepository::execution).findFirst();
  }

  @Override
  public List<BatchStep> steps(long executionId) {
    Query query =
        entities
            .createNativeQuery(
                "SELECT s.STEPEXECUTIONID, s.STEPNAME, s.BATCHSTATUS, s.EXITSTATUS, "
                    + time("s.STARTTIME")
                    + ", "
                    + time("s.ENDTIME")
                    + ", s.READCOUNT, s.WRITECOUNT, s.COMMITCOUNT, s.ROLLBACKCOUNT,"
                    + " s.READSKIPCOUNT, s.PROCESSSKIPCOUNT, s.WRITESKIPCOUNT, s.FILTERCOUNT,"
                    + " s.EXECUTIONEXCEPTION, (SELECT COUNT(*) FROM PARTITION_EXECUTION p"
                    + " WHERE p.STEPEXECUTIONID = s.STEPEXECUTIONID)"
                    + " FROM STEP_EXECUTION s WHERE s.JOBEXECUTIONID = :id"
                    + " ORDER BY s.STEPEXECUTIONID")
            .setParameter("id", executionId);
    return rows(query).stream().map(JpaExecutionRepository::step).toList();
  }

  @Override
  public void abandonDead(long executionId) {
    entities
        .createNativeQuery(
            "UPDATE JOB_EXECUTION SET BATCHSTATUS = 'ABANDONED', ENDTIME = LASTUPDATEDTIME"
                + " WHERE JOBEXECUTIONID = :id"
                + " AND BATCHSTATUS IN ('STARTING', 'STARTED', 'STOPPING')")
        .setParameter("id", executionId)
        .executeUpdate();
  }

  private Query filtered(String select, ExecutionFilter filter, String order) {
    StringBuilder where = new StringBuilder(" WHERE 1 = 1");
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (filter.job() != null) {
      where.append(" AND i.JOBNAME = :job");
      parameters.put("job", filter.job());
    }
    if (filter.status() != null) {
      where.append(" AND e.BATCHSTATUS = :status");
      parameters.put("status", filter.status().name());
    }
    if (filter.taskId() != null) {
      where.append(" AND e.JOBPARAMETERS LIKE :task");
      parameters.put("task", "%" + filter.taskId() + "%");
    }
    Query query = entities.createNativeQuery(select + EXECUTIONS + where + order);
    parameters.forEach(query::setParameter);
    return query;
  }

  @SuppressWarnings("unchecked") // every query here has several columns
  private static List<Object[]> rows(Query query) {
    return query.getResultList();
  }

  private static BatchExecution execution(Object[] row) {
    Matcher task = TASK.matcher(Objects.toString(row[8], ""));
    return new BatchExecution(
        number(row[0]),
        number(row[1]),
        (String) row[2],
        ExecutionStatus.valueOf((String) row[3]),
        Objects.toString(row[4], ""),
        moment(row[5]),
        moment(row[6]),
        moment(row[7]),
        task.find() ? Optional.of(UUID.fromString(task.group(1))) : Optional.empty());
  }

  private static BatchStep step(Object[] row) {
    return new BatchStep(
        number(row[0]),
        (String) row[1],
        ExecutionStatus.valueOf((String) row[2]),
        Objects.toString(row[3], ""),
        moment(row[4]),
        moment(row[5]),
        new BatchStep.Metrics(
            number(row[6]),
            number(row[7]),
            number(row[8]),
            number(row[9]),
            number(row[10]) + number(row[11]) + number(row[12]),
            number(row[13])),
        Objects.toString(row[14], ""),
        (int) number(row[15]));
  }

  private static String time(String column) {
    return "CAST(" + column + " AS CHAR(40))";
  }

  private static long number(Object value) {
    return value == null ? 0 : ((Number) value).longValue();
  }

  private static Instant moment(Object text) {
    if (text == null) {
      return null;
    }
    return LocalDateTime.parse(text.toString().strip().replace(' ', 'T'))
        .atZone(ZoneId.systemDefault())
        .toInstant();
  }
}
