package io.holdfast.servertest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.server.security.Role;
import io.holdfast.server.security.SecretVault;
import io.holdfast.servertest.inside.Accounts;
import io.holdfast.servertest.inside.Beans;
import io.holdfast.servertest.inside.Http;
import io.holdfast.servertest.inside.Rows;
import java.util.ArrayList;
import java.util.Collections;
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

/** Speed limits of jobs and of runs under way, by REST. No agent is asked here. */
@ExtendWith(ArquillianExtension.class)
@Order(14)
@Tag("OPT-10")
@Tag("OPT-11")
class SpeedLimitRestTest {
  private static final long MIB = 1 << 20;

  @Deployment
  static Archive<?> probe() {
    return Probe.of(SpeedLimitRestTest.class);
  }

  @Test
  void windowsAreKeptAsTheyWereGiven() {
    Http operator = Accounts.with(Role.OPERATOR);
    Map<String, Object> limits =
        Map.of(
            "transfer",
            Map.of(
                "windows",
                List.of(
                    window(List.of("SATURDAY", "SUNDAY"), "22:00", "06:00", 0),
                    window(List.of(), "08:00", "24:00", 10 * MIB)),
                "otherwiseBytesPerSecond",
                100 * MIB),
            "disk",
            Map.of("windows", List.of(window(List.of("FRIDAY"), "12:30", "13:15", MIB))));
    JsonNode saved = operator.post("/jobs", job(Rows.place(), limits)).expect(200).json();
    JsonNode kept =
        operator.get("/jobs/" + saved.path("id").asText()).json().path("options").path("limits");
    JsonNode night = kept.path("transfer").path("windows").path(0);
    assertEquals("[\"SATURDAY\",\"SUNDAY\"]", night.path("days").toString());
    assertEquals("22:00", night.path("from").asText());
    assertEquals("06:00", night.path("to").asText());
    assertEquals(0, night.path("bytesPerSecond").asLong(-1));
    JsonNode day = kept.path("transfer").path("windows").path(1);
    assertEquals(0, day.path("days").size());
    assertEquals("00:00", day.path("to").asText());
    assertEquals(10 * MIB, day.path("bytesPerSecond").asLong());
    assertEquals(100 * MIB, kept.path("transfer").path("otherwiseBytesPerSecond").asLong());
    assertEquals(MIB, kept.path("disk").path("windows").path(0).path("bytesPerSecond").asLong());
    assertTrue(kept.path("disk").path("otherwiseBytesPerSecond").asText("").isEmpty());

    JsonNode unlimited = operator.post("/jobs", job(Rows.place(), Map.of())).expect(200).json();
    assertEquals(
        0, unlimited.path("options").path("limits").path("transfer").path("windows").size());
  }

  @Test
  void whatIsNotValidIsRefusedByNameInBothLanguagesAndNothingIsSaved() {
    Rows.Place place = Rows.place();
    Http operator = Accounts.with(Role.OPERATOR);
    refused(operator, place, "limits.from", window(List.of(), "25:00", "06:00", 0));
    refused(operator, place, "limits.to", window(List.of(), "08:00", "6", 0));
    refused(operator, place, "limits.days", window(List.of("FUNDAY"), "08:00", "09:00", 0));
    refused(operator, place, "limits.bytesPerSecond", window(List.of(), "08:00", "09:00", 1023));
    refused(operator, place, "limits.bytesPerSecond", window(List.of(), "08:00", "09:00", -1));
    List<Object> many =
        new ArrayList<>(Collections.nCopies(21, window(List.of(), "08:00", "09:00", 0)));
    Http.Answer tooMany =
        operator.speaking("zh").post("/jobs", job(place, Map.of("disk", Map.of("windows", many))));
    assertEquals("VALUE_OUT_OF_RANGE", tooMany.json().path("title").asText(), tooMany.text());
    assertTrue(tooMany.json().path("detail").asText().startsWith("限速窗口数量"), tooMany.text());
    assertEquals("0", Rows.text("SELECT count(*) FROM backup_policy WHERE name = ?", name(place)));
  }

  private static void refused(Http operator, Rows.Place place, String field, Object window) {
    Http.Answer answer =
        operator.post("/jobs", job(place, Map.of("transfer", Map.of("windows", List.of(window)))));
    assertEquals(422, answer.status(), answer.text());
    assertEquals(field, answer.json().path("parameters").path("field").asText(), answer.text());
    assertFalse(answer.json().path("detail").asText().contains("limits."), answer.text());
  }

  @Test
  void aRunUnderWayTakesLimitsOverAtOnce() {
    Rows.Place place = Rows.place();
    Rows.update(
        "UPDATE platform SET sealed_password = ? WHERE id = ?",
        Beans.get(SecretVault.class).seal(place.platformId(), "any"),
        place.platformId());
    Http operator = Accounts.with(Role.OPERATOR);
    String job =
        operator.post("/jobs", job(place, Map.of())).expect(200).json().path("id").asText();
    String run =
        "/runs/"
            + operator
                .post("/jobs/" + job + "/runs", Map.of())
                .expect(200)
                .json()
                .path("id")
                .asText();
    assertLimit(operator, run, -1, -1, false);

    // The policy is edited: no other option of the run changes, the limits do.
    Map<String, Object> edited = job(place, always(5 * MIB));
    operator.put("/jobs/" + job, edited).expect(200);
    assertLimit(operator, run, 5 * MIB, -1, false);

    Map<String, Object> now = Map.of("transferBytesPerSecond", MIB, "diskBytesPerSecond", 0);
    JsonNode held = operator.put(run + "/limits", now).expect(200).json().path("limit");
    assertTrue(held.path("held").asBoolean(), held.toString());
    assertEquals("", held.path("heldUntil").asText(), "until it is changed");
    assertLimit(operator, run, MIB, 0, true);
    operator.put("/jobs/" + job, job(place, always(7 * MIB))).expect(200);
    assertLimit(operator, run, MIB, 0, true);

    Http.Answer refused = operator.put(run + "/limits", Map.of("transferBytesPerSecond", 1));
    assertEquals(422, refused.status(), refused.text());
    assertEquals(403, Accounts.with(Role.AUDITOR).put(run + "/limits", now).status());
    assertLimit(operator, run, MIB, 0, true);
    operator.send("DELETE", run + "/limits", null).expect(200);
    assertLimit(operator, run, 7 * MIB, -1, false);
    String log = operator.get(run + "/log").expect(200).text();
    assertTrue(log.contains("RUN_LIMITS_EDITED") && log.contains("1 MiB/s"), log);

    operator.post(run + "/stop", null).expect(200);
    Http.Answer ended = operator.put(run + "/limits", now);
    assertEquals("RUN_NOT_ACTIVE", ended.json().path("title").asText(), ended.text());
  }

  private static void assertLimit(
      Http operator, String run, long transfer, long disk, boolean ofRun) {
    JsonNode limit = operator.get(run).expect(200).json().path("limit");
    assertEquals(transfer, limit.path("transferBytesPerSecond").asLong(), limit.toString());
    assertEquals(disk, limit.path("diskBytesPerSecond").asLong(), limit.toString());
    assertEquals(ofRun, limit.path("ofRun").asBoolean(), limit.toString());
  }

  private static Map<String, Object> always(long transfer) {
    return Map.of("transfer", Map.of("otherwiseBytesPerSecond", transfer));
  }

  private static Map<String, Object> window(
      List<String> days, String from, String to, long bytesPerSecond) {
    return Map.of("days", days, "from", from, "to", to, "bytesPerSecond", bytesPerSecond);
  }

  private static String name(Rows.Place place) {
    return "limited " + place.poolId();
  }

  private static Map<String, Object> job(Rows.Place place, Map<String, Object> limits) {
    Map<String, Object> job = new HashMap<>();
    job.put("name", name(place));
    job.put("platformId", place.platformId());
    job.put("agentId", place.agentId());
    job.put("poolId", place.poolId());
    job.put("content", List.of(Map.of("nodeId", "1", "kind", "VM", "name", "虚拟机")));
    job.put("options", limits.isEmpty() ? Map.of() : Map.of("limits", limits));
    return job;
  }
}
