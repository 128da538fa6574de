package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.server.history.HistoryPurge;
import io.holdfast.servertest.inside.Beans;
import io.holdfast.servertest.inside.Rows;
import java.time.Duration;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is too old goes, and nothing else. */
@ExtendWith(ArquillianExtension.class)
@Order(12)
class PurgeTest {
  private static final String LONG_AGO = "2001-02-03 04:05:06";
  private static final Duration TWENTY_YEARS = Duration.ofDays(20 * 365);
  private static final int LINES = 2_300;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(PurgeTest.class);
  }

  @Test
  @Tag("JOB-04")
  void logsSamplesAndExecutionsGoAndRunsStay() {
    Rows.Place place = Rows.place();
    String old = run(place, "'DONE'", "1000000000000");
    String recent = run(place, "'DONE'", "4000000000000");
    String going = run(place, "'RUNNING'", "NULL");
    String gone = instance(task(old, "'DONE'", place), LONG_AGO);
    String needed = instance(task(going, "'INTERRUPTED'", place), LONG_AGO);
    String young = instance(task(recent, "'DONE'", place), "2099-01-01 00:00:00");
    for (String run : new String[] {old, recent, going}) {
      lines(run, LINES);
    }
    Beans.get(HistoryPurge.class).purge(TWENTY_YEARS);

    assertEquals("0", count("run_log", "run_id", old));
    assertEquals("0", count("progress_sample", "run_id", old));
    assertEquals("1", count("backup_run", "id", old), "the history row stays");
    assertEquals("1", count("vm_task", "run_id", old));
    for (String run : new String[] {recent, going}) {
      assertEquals(Integer.toString(LINES), count("run_log", "run_id", run));
      assertEquals("1", count("progress_sample", "run_id", run));
    }
    assertEquals("0", count("JOB_INSTANCE", "JOBINSTANCEID", gone));
    assertEquals("0", count("JOB_EXECUTION", "JOBINSTANCEID", gone));
    assertEquals("1", count("JOB_EXECUTION", "JOBINSTANCEID", needed), "a VM task needs it");
    assertEquals("1", count("JOB_EXECUTION", "JOBINSTANCEID", young));
    Beans.get(HistoryPurge.class).purge(TWENTY_YEARS);
    assertEquals("1", count("backup_run", "id", old), "again, with nothing to do");
    Rows.update("DELETE FROM JOB_INSTANCE WHERE JOBNAME = 'purge-test'");
    Rows.update("UPDATE vm_task SET state = 'STOPPED' WHERE run_id = ?", going);
    Rows.update("UPDATE backup_run SET state = 'STOPPED' WHERE id = ?", going);
  }

  private static String count(String table, String column, String value) {
    return Rows.text("SELECT COUNT(*) FROM " + table + " WHERE " + column + " = ?", value);
  }

  private static String run(Rows.Place place, String state, String endedMillis) {
    String id = Rows.id();
    Rows.update(
        "INSERT INTO backup_run (id, kind, job_id, job_name, platform_id, agent_id, pool_id,"
            + " backup_type, options, state, expanded, started_by, started_millis, ended_millis)"
            + " SELECT ?, 'BACKUP', ?, 'purge', ?, ?, ?, 'FULL', '', "
            + state
            + ", TRUE, 'tester', 1, "
            + endedMillis,
        id,
        UUID.randomUUID().toString(),
        place.platformId(),
        place.agentId(),
        place.poolId());
    return id;
  }

  private static String task(String run, String state, Rows.Place place) {
    String id = Rows.id();
    Rows.update(
        "INSERT INTO vm_task (id, run_id, kind, platform_id, agent_id, vm_id, vm_uuid, vm_name,"
            + " host_id, host_name, exclusive_key, queue_order, threads, state, release_due,"
            + " accomplished, attempts, retry_millis, interrupted_millis, held) SELECT ?, ?,"
            + " 'BACKUP', ?, ?, '1', '', 'v', '', '', '"
            + id
            + "', 1, 2, "
            + state
            + ", FALSE, FALSE, 1, 4000000000000, 4000000000000, TRUE",
        id,
        run,
        place.platformId(),
        place.agentId());
    return id;
  }

  /** An instance with one execution, which is the task's. */
  private static String instance(String task, String changed) {
    Rows.update(
        "INSERT INTO JOB_INSTANCE (VERSION, JOBNAME, APPLICATIONNAME) VALUES (0, 'purge-test', ?)",
        task);
    String id = Rows.text("SELECT JOBINSTANCEID FROM JOB_INSTANCE WHERE APPLICATIONNAME = ?", task);
    Rows.update(
        "INSERT INTO JOB_EXECUTION (JOBINSTANCEID, VERSION, CREATETIME, LASTUPDATEDTIME,"
            + " BATCHSTATUS, JOBPARAMETERS) VALUES (?, 0, '"
            + LONG_AGO
            + "', '"
            + changed
            + "', 'FAILED', '')",
        id);
    Rows.update(
        "UPDATE vm_task SET execution_id = (SELECT MAX(JOBEXECUTIONID) FROM JOB_EXECUTION WHERE"
            + " JOBINSTANCEID = ?) WHERE id = ?",
        id,
        task);
    return id;
  }

  private static void lines(String run, int lines) {
    Rows.update(
        "INSERT INTO progress_sample (run_id, task_id, at_millis, done_bytes) VALUES (?, '', 1, 1)",
        run);
    StringBuilder sql =
        new StringBuilder(
            "INSERT INTO run_log (run_id, vm_name, at_millis, severity, code, parameters) VALUES ");
    for (int i = 0; i < lines; i++) {
      sql.append(i == 0 ? "" : ",").append("('").append(run).append("','',1,'INFO','X','')");
    }
    Rows.update(sql.toString());
  }
}
