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
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.Archive;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bounds of a job's options: what lies outside is refused by name, and nothing is saved. */
@ExtendWith(ArquillianExtension.class)
@Order(4)
class OptionLimitsTest {
  /** The requirements' own numbers, not those of the code. */
  private record Bounds(String field, int min, int max) {}

  private static final List<Bounds> OPTIONS =
      List.of(
          new Bounds("parallelVms", 1, 32),
          new Bounds("vmsPerHost", 1, 10),
          new Bounds("disksPerVm", 1, 5),
          new Bounds("streamsPerDisk", 1, 5),
          new Bounds("reconnectMinutes", 1, 60));

  @Deployment
  static Archive<?> probe() {
    return Probe.of(OptionLimitsTest.class);
  }

  @Test
  @Tag("OPT-03")
  @Tag("OPT-04")
  @Tag("OPT-05")
  @Tag("OPT-06")
  void aValueOutOfRangeIsRefusedAndNothingIsSaved() {
    Rows.Place place = Rows.place();
    Http operator = Accounts.with(Role.OPERATOR);
    String name = "refused " + place.poolId();
    for (Bounds option : OPTIONS) {
      for (int value : new int[] {option.min() - 1, option.max() + 1, -1, Integer.MAX_VALUE}) {
        Http.Answer answer = operator.post("/jobs", job(place, name, option.field(), value));
        assertEquals(422, answer.status(), option + ": " + answer.text());
        assertRange(answer, option, value);
      }
      Http.Answer noNumber =
          operator.post("/jobs", job(place, name, option.field(), 99_999_999_999L));
      assertEquals(400, noNumber.status(), noNumber.text());
    }
    assertEquals("0", Rows.text("SELECT count(*) FROM backup_policy WHERE name = ?", name));
  }

  @Test
  @Tag("OPT-03")
  @Tag("OPT-04")
  @Tag("OPT-05")
  @Tag("OPT-06")
  void bothEndsOfARangeAreAllowedAndKept() {
    Rows.Place place = Rows.place();
    Http operator = Accounts.with(Role.OPERATOR);
    for (Bounds option : OPTIONS) {
      for (int value : new int[] {option.min(), option.max()}) {
        String name = option.field() + " " + value + " " + place.poolId();
        String id =
            operator
                .post("/jobs", job(place, name, option.field(), value))
                .expect(200)
                .json()
                .path("id")
                .asText();
        JsonNode saved = operator.get("/jobs/" + id).expect(200).json();
        assertEquals(value, saved.path("options").path(option.field()).asInt(), name);
      }
    }
  }

  @Test
  @Tag("JOB-10")
  @Tag("OPT-03")
  void aRefusedChangeLeavesTheJobAsItWas() {
    Rows.Place place = Rows.place();
    Http operator = Accounts.with(Role.OPERATOR);
    String name = "kept " + place.poolId();
    JsonNode before = operator.post("/jobs", job(place, name, "parallelVms", 7)).expect(200).json();
    String path = "/jobs/" + before.path("id").asText();
    Http.Answer refused = operator.put(path, job(place, "renamed", "parallelVms", 33));
    assertRange(refused, new Bounds("parallelVms", 1, 32), 33);
    assertEquals(before, operator.get(path).expect(200).json());

    Http.Answer twice = operator.post("/jobs", job(place, name, "parallelVms", 7));
    assertEquals("ALREADY_EXISTS", twice.json().path("title").asText(), twice.text());
  }

  @Test
  @Tag("OPT-02")
  void aJobMayUseAPoolOfAnotherAgentAndSayWhereDuplicatesAreFound() {
    Rows.Place place = Rows.place();
    Http operator = Accounts.with(Role.OPERATOR);
    Map<String, Object> elsewhere =
        job(place, "elsewhere " + place.poolId(), "resumeBufferMib", 20);
    elsewhere.put("poolId", Rows.place().poolId());

    JsonNode made = operator.post("/jobs", elsewhere).expect(200).json();

    assertEquals(20, made.path("options").path("resumeBufferMib").asInt());
    assertEquals("AGENT", made.path("options").path("dedupMode").asText());
  }

  private static void assertRange(Http.Answer answer, Bounds option, long value) {
    JsonNode problem = answer.json();
    assertEquals("VALUE_OUT_OF_RANGE", problem.path("title").asText(), answer.text());
    JsonNode parameters = problem.path("parameters");
    assertEquals(option.field(), parameters.path("field").asText());
    assertEquals(Long.toString(value), parameters.path("value").asText());
    assertEquals(Integer.toString(option.min()), parameters.path("min").asText());
    assertEquals(Integer.toString(option.max()), parameters.path("max").asText());
  }

  private static Map<String, Object> job(Rows.Place place, String name, String field, long value) {
    Map<String, Object> job = new HashMap<>();
    job.put("name", name);
    job.put("platformId", place.platformId());
    job.put("agentId", place.agentId());
    job.put("poolId", place.poolId());
    job.put("content", List.of(Map.of("nodeId", "1", "kind", "VM", "name", "虚拟机")));
    job.put("options", Map.of(field, value));
    return job;
  }
}
