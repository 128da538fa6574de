package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.server.security.Role;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When a job runs: the two plans that there are. */
@ExtendWith(ArquillianExtension.class)
@Order(11)
@Tag("PLAN-01")
class PlanTest {
  private Http operator;
  private Rows.Place place;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(PlanTest.class);
  }

  @BeforeEach
  void begin() {
    operator = Accounts.with(Role.OPERATOR);
    place = Rows.placeWithPassword(); // a run waits for its agent
  }

  @Test
  void anImmediateJobRunsOnceAsSoonAsItIsSavedAndByHandLater() {
    String job = create("immediate", "IMMEDIATE", "INCREMENTAL");
    JsonNode first = runs(job);
    assertEquals(1, first.size(), "in the same transaction, so it is there at once");
    assertEquals("INCREMENTAL", first.path(0).path("type").asText());
    Http.Answer second = operator.post("/jobs/" + job + "/runs", Map.of());
    assertEquals("JOB_RUNNING", second.json().path("title").asText(), second.text());
    stop(first);
    operator.put("/jobs/" + job, body("immediate, edited", "IMMEDIATE", "FULL")).expect(200);
    pause();
    assertEquals(1, runs(job).size(), "neither an edit nor time starts it again");
    operator.post("/jobs/" + job + "/runs", Map.of()).expect(200);
    assertEquals(2, runs(job).size());
    assertEquals("FULL", runs(job).path(0).path("type").asText(), "newest first");
    stop(runs(job));
  }

  @Test
  void aManualJobRunsByHandOnly() {
    String job = create("manual", "MANUAL", "FULL");
    pause();
    assertEquals(0, runs(job).size());
    operator.post("/jobs/" + job + "/runs", Map.of("type", "DIFFERENTIAL")).expect(200);
    JsonNode runs = runs(job);
    assertEquals(1, runs.size());
    assertEquals("DIFFERENTIAL", runs.path(0).path("type").asText());
    stop(runs);
  }

  @Test
  void aRefusedImmediateJobLeavesNeitherJobNorRun() {
    String before = Rows.text("SELECT COUNT(*) FROM backup_run");
    create("taken", "MANUAL", "FULL");
    Http.Answer twice = operator.post("/jobs", body("taken", "IMMEDIATE", "FULL"));
    assertEquals("ALREADY_EXISTS", twice.json().path("title").asText(), twice.text());
    Http.Answer unknown = operator.post("/jobs", body("weekly", "WEEKDAYS", "FULL"));
    assertEquals("INVALID_VALUE", unknown.json().path("title").asText(), unknown.text());
    assertEquals(before, Rows.text("SELECT COUNT(*) FROM backup_run"));
  }

  /** Longer than two ticks of the dispatcher. */
  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(4500));
  }

  private String create(String name, String plan, String type) {
    return operator.post("/jobs", body(name, plan, type)).expect(200).json().path("id").asText();
  }

  private JsonNode runs(String job) {
    return operator.get("/runs?jobId=" + job).expect(200).json().path("items");
  }

  private void stop(JsonNode runs) {
    operator.post("/runs/" + runs.path(0).path("id").asText() + "/stop", null).expect(200);
  }

  private Map<String, Object> body(String name, String plan, String type) {
    Map<String, Object> body = new HashMap<>();
    body.put("name", name + " " + place.poolId());
    body.put("platformId", place.platformId());
    body.put("agentId", place.agentId());
    body.put("poolId", place.poolId());
    body.put("content", List.of(Map.of("nodeId", "1", "kind", "VM", "name", "v")));
    body.put("plan", plan);
    body.put("type", type);
    return body;
  }
}
