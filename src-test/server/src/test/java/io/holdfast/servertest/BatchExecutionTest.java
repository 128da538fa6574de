package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.server.agent.AgentId;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.BackupType;
import io.holdfast.server.pool.PoolId;
import io.holdfast.server.run.RunKind;
import io.holdfast.server.run.RunOrder;
import io.holdfast.server.run.RunStarter;
import io.holdfast.server.run.TaskTarget;
import io.holdfast.server.security.Role;
import io.holdfast.server.security.SecretVault;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Beans;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Batch executions by REST. Their agent is a row that nobody answers for: a backup begins, finds it
 * away and is interrupted, which is all that these operations need.
 */
@ExtendWith(ArquillianExtension.class)
@Order(10)
class BatchExecutionTest {
  private static final String LIST = "/batch/executions";

  /** A VM task with its first execution, both interrupted. */
  private record Interrupted(Rows.Place place, String run, String task, long execution) {
    String path() {
      return LIST + "/" + execution;
    }
  }

  @Deployment
  static Archive<?> probe() {
    return Probe.of(BatchExecutionTest.class);
  }

  @Test
  @Tag("API-01")
  void executionsAndTheirStepsAreListedPageByPage() {
    Interrupted work = interrupted();
    Http auditor = Accounts.with(Role.AUDITOR);
    JsonNode one = auditor.get(work.path()).expect(200).json();
    assertEquals("backup-vm", one.path("job").asText());
    assertEquals("FAILED", one.path("status").asText());
    assertFalse(one.path("alive").asBoolean());
    assertEquals(work.run(), one.path("task").path("runId").asText());
    assertEquals("INTERRUPTED", one.path("task").path("state").asText());
    assertTrue(one.path("startedAt").asText().compareTo("2026-") > 0, one.toString());
    assertTrue(
        one.path("endedAt").asText().compareTo(one.path("startedAt").asText()) >= 0,
        one.toString());

    JsonNode steps = auditor.get(work.path() + "/steps").expect(200).json();
    assertEquals("prepare", steps.path(0).path("name").asText(), steps.toString());
    assertEquals("FAILED", steps.path(0).path("status").asText(), steps.toString());
    assertEquals(0, steps.path(0).path("metrics").path("read").asLong(-1));

    JsonNode ofTask = auditor.get(LIST + "?task=" + work.task()).expect(200).json();
    assertEquals(1, ofTask.path("total").asInt(), ofTask.toString());
    assertEquals(work.execution(), ofTask.path("items").path(0).path("id").asLong());
    interrupted();
    JsonNode all;
    JsonNode second;
    do { // the dispatcher may end one more between two questions
      all = auditor.get(LIST + "?job=backup-vm&status=failed").expect(200).json();
      second =
          auditor.get(LIST + "?job=backup-vm&status=FAILED&offset=1&limit=1").expect(200).json();
    } while (all.path("total").asInt() != second.path("total").asInt());
    assertTrue(all.path("total").asInt() >= 2, all.toString());
    assertEquals(1, second.path("items").size());
    assertEquals(all.path("items").path(1), second.path("items").path(0), "newest first");
    assertEquals(
        0, auditor.get(LIST + "?job=no-such-job").expect(200).json().path("total").asInt());
    assertEquals(422, auditor.get(LIST + "?status=ASLEEP").status());
    assertEquals(422, auditor.get(LIST + "?limit=1001").status());
  }

  @Test
  @Tag("API-01")
  void aRestartIsLeftToTheDispatcherAndHappensOnce() throws Exception {
    Interrupted work = interrupted();
    Http operator = Accounts.with(Role.OPERATOR);
    JsonNode held = operator.post(work.path() + "/stop", null).expect(200).json();
    assertTrue(held.path("task").path("held").asBoolean(), held.toString());
    heardOf(work.place());
    // Ready in every other way; several ticks of the dispatcher pass it by.
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(7));
    assertEquals("1", executionsOf(work), "what an operator stopped does not go on by itself");

    ExecutorService callers = Executors.newFixedThreadPool(4);
    List<Integer> answers = new ArrayList<>();
    try {
      List<Future<Http.Answer>> asked =
          callers.invokeAll(
              Collections.nCopies(4, () -> operator.post(work.path() + "/restart", null)));
      for (Future<Http.Answer> answer : asked) {
        answers.add(answer.get().status());
      }
    } finally {
      callers.shutdownNow();
    }
    assertTrue(answers.contains(200) && List.of(200, 409).containsAll(answers), answers.toString());
    await(
        "the dispatcher's restart",
        () -> Long.parseLong(latest(work)) > work.execution() && isInterrupted(work));
    operator.post(LIST + "/" + latest(work) + "/stop", null);
    assertEquals(
        "0",
        Rows.text(
            "SELECT COUNT(*) FROM JOB_EXECUTION a JOIN JOB_EXECUTION b ON a.JOBEXECUTIONID <"
                + " b.JOBEXECUTIONID WHERE a.JOBPARAMETERS LIKE ? AND b.JOBPARAMETERS LIKE ? AND"
                + " b.STARTTIME < a.ENDTIME",
            "%" + work.task() + "%",
            "%" + work.task() + "%"),
        "two executions of a VM task at the same time");

    Http.Answer old = operator.post(work.path() + "/restart", null);
    assertEquals(409, old.status());
    assertEquals("EXECUTION_SUPERSEDED", old.json().path("title").asText(), old.text());
    assertTrue(old.json().path("detail").asText().contains(latest(work)), old.text());
    stopRun(operator, work);
  }

  @Test
  @Tag("API-01")
  void anAbandonedExecutionEndsItsTaskAndIsNeverRestarted() {
    Interrupted work = interrupted();
    Http operator = Accounts.with(Role.OPERATOR);
    Rows.update("UPDATE vm_task SET release_due = TRUE WHERE id = ?", work.task());
    JsonNode gone = operator.post(work.path() + "/abandon", null).expect(200).json();
    assertEquals("ABANDONED", gone.path("status").asText(), gone.toString());
    assertEquals("STOPPED", gone.path("task").path("state").asText(), gone.toString());
    assertEquals(
        "FAILED",
        Rows.text("SELECT state FROM backup_run WHERE id = ?", work.run()),
        "ended without any VM done");
    assertEquals(
        "1",
        Rows.text(
            "SELECT COUNT(*) FROM vm_task WHERE id = ? AND release_due = TRUE AND state ="
                + " 'STOPPED'",
            work.task()),
        "the dispatcher releases it as soon as its agent is there");
    operator.post(work.path() + "/abandon", null).expect(200);
    for (String language : List.of("en", "zh")) {
      Http.Answer refused = operator.speaking(language).post(work.path() + "/restart", null);
      assertEquals(409, refused.status());
      assertTrue(refused.contentType().startsWith("application/problem+json"), refused.toString());
      assertEquals("EXECUTION_STATE_REFUSED", refused.json().path("title").asText());
      String why = language.equals("en") ? "\"stopped\"" : "“已停止”";
      assertTrue(refused.json().path("detail").asText().contains(why), refused.text());
    }
  }

  @Test
  @Tag("API-01")
  void anExecutionThatACrashLeftAsIfItRanIsAbandonedToo() {
    Interrupted work = interrupted();
    String dead = Long.toString(Long.MAX_VALUE / 4);
    Rows.update(
        "INSERT INTO JOB_EXECUTION (JOBEXECUTIONID, JOBINSTANCEID, VERSION, CREATETIME, STARTTIME,"
            + " LASTUPDATEDTIME, BATCHSTATUS, EXITSTATUS, JOBPARAMETERS) SELECT "
            + dead
            + ", JOBINSTANCEID, 0, CREATETIME, STARTTIME, LASTUPDATEDTIME, 'STARTED', NULL,"
            + " JOBPARAMETERS FROM JOB_EXECUTION WHERE JOBEXECUTIONID = "
            + work.execution());
    Http operator = Accounts.with(Role.OPERATOR);
    try {
      Rows.update("UPDATE vm_task SET execution_id = " + dead + " WHERE id = ?", work.task());
      JsonNode before = operator.get(LIST + "/" + dead).expect(200).json();
      assertEquals("STARTED", before.path("status").asText());
      assertFalse(before.path("alive").asBoolean());
      JsonNode gone = operator.post(LIST + "/" + dead + "/abandon", null).expect(200).json();
      assertEquals("ABANDONED", gone.path("status").asText());
      assertEquals("STOPPED", gone.path("task").path("state").asText());
    } finally {
      Rows.update("DELETE FROM JOB_EXECUTION WHERE JOBEXECUTIONID = " + dead);
    }
  }

  @Test
  @Tag("API-01")
  @Tag("API-02")
  void onlyTheJobThatMakesRunsIsStarted() {
    Rows.Place place = reachable();
    Http operator = Accounts.with(Role.OPERATOR);
    String name = "batch " + place.poolId();
    String job =
        operator
            .post(
                "/jobs",
                Map.of(
                    "name",
                    name,
                    "platformId",
                    place.platformId(),
                    "agentId",
                    place.agentId(),
                    "poolId",
                    place.poolId(),
                    "content",
                    List.of(Map.of("nodeId", "1", "kind", "VM", "name", "v"))))
            .expect(200)
            .json()
            .path("id")
            .asText();
    Map<String, Object> start =
        Map.of("job", "start-backup", "parameters", Map.of("jobId", name, "type", "FULL"));
    long execution = operator.post(LIST, start).expect(200).json().path("id").asLong();
    await(
        "the end of the execution",
        () ->
            "COMPLETED"
                .equals(
                    operator
                        .get(LIST + "/" + execution)
                        .expect(200)
                        .json()
                        .path("status")
                        .asText()));
    JsonNode steps = operator.get(LIST + "/" + execution + "/steps").expect(200).json();
    String run = steps.path(0).path("exitStatus").asText();
    JsonNode runs = operator.get("/runs?jobId=" + job).expect(200).json().path("items");
    assertEquals(run, runs.path(0).path("id").asText(), steps.toString());
    assertEquals("FULL", runs.path(0).path("type").asText());
    assertTrue(runs.path(0).path("startedBy").asText().startsWith("t"), runs.toString());

    refused(operator.post(LIST, start), 409, "JOB_RUNNING");
    refused(operator.post(LIST + "/" + execution + "/stop", null), 409, "EXECUTION_ENDED");
    refused(operator.post(LIST + "/" + execution + "/abandon", null), 409, "EXECUTION_ENDED");
    refused(
        operator.post(LIST + "/" + execution + "/restart", null), 409, "EXECUTION_OF_DISPATCHER");
    refused(
        operator.post(LIST, Map.of("job", "backup-vm", "parameters", Map.of())),
        409,
        "EXECUTION_OF_DISPATCHER");
    refused(
        operator.post(
            LIST, Map.of("job", "start-backup", "parameters", Map.of("jobId", "no such job"))),
        404,
        "NOT_FOUND");
    refused(operator.get(LIST + "/" + Long.MAX_VALUE), 404, "NOT_FOUND");
    refused(operator.get(LIST + "/x"), 404, "NOT_FOUND");
    refused(Accounts.with(Role.AUDITOR).post(LIST, start), 403, "FORBIDDEN");
    operator.post("/runs/" + run + "/stop", null).expect(200);
  }

  private static void refused(Http.Answer answer, int status, String title) {
    assertEquals(title, answer.json().path("title").asText(), answer.text());
    assertEquals(status, answer.status(), answer.text());
  }

  private static Interrupted interrupted() {
    Rows.Place place = reachable();
    UUID task = UUID.randomUUID();
    RunOrder order =
        new RunOrder(
            RunKind.BACKUP,
            UUID.randomUUID(),
            "batch test",
            new PlatformId(place.platformId()),
            new AgentId(place.agentId()),
            new PoolId(place.poolId()),
            BackupType.FULL,
            BackupOptions.preset());
    TaskTarget target = new TaskTarget("vm-" + task, "", "虚拟机", "h", "H");
    UUID run =
        Beans.get(RunStarter.class).start(order, List.of(task), List.of(target), "tester").getId();
    Interrupted work = new Interrupted(place, run.toString(), task.toString(), 0);
    await("the interruption", () -> isInterrupted(work));
    return new Interrupted(place, run.toString(), task.toString(), Long.parseLong(latest(work)));
  }

  /** A place whose platform has a password, so that only the agent is missing. */
  private static Rows.Place reachable() {
    Rows.Place place = Rows.place();
    Rows.update(
        "UPDATE platform SET sealed_password = ? WHERE id = ?",
        Beans.get(SecretVault.class).seal(place.platformId(), "any"),
        place.platformId());
    return place;
  }

  private static boolean isInterrupted(Interrupted work) {
    return "INTERRUPTED".equals(Rows.text("SELECT state FROM vm_task WHERE id = ?", work.task()));
  }

  private static String latest(Interrupted work) {
    return Rows.text("SELECT execution_id FROM vm_task WHERE id = ?", work.task());
  }

  private static String executionsOf(Interrupted work) {
    return Rows.text(
        "SELECT COUNT(*) FROM JOB_EXECUTION WHERE JOBPARAMETERS LIKE ?", "%" + work.task() + "%");
  }

  /** From now on, for a while, the server believes that the agent is there. */
  private static void heardOf(Rows.Place place) {
    Rows.update(
        "UPDATE agent SET last_heartbeat_at = '2099-01-01 00:00:00' WHERE id = ?", place.agentId());
  }

  private static void stopRun(Http operator, Interrupted work) {
    Rows.update("UPDATE agent SET last_heartbeat_at = NULL WHERE id = ?", work.place().agentId());
    operator.post("/runs/" + work.run() + "/stop", null);
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what + " did not come");
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }
}
