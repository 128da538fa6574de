package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.SimulatorProcess;
import io.holdfast.system.bed.Waiting;
import io.holdfast.system.restrictions.Trial;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whether a platform is there stands in the list, with the reason when it is not. */
@ExtendWith(Bed.Shared.class)
class PlatformStateTest {
  private static final Duration LIMIT = Duration.ofSeconds(150);
  private static final Pattern HAN = Pattern.compile("\\p{IsHan}");

  @Test
  @Tag("RES-06")
  void aPlatformThatIsGoneIsOfflineWithItsReason(@TempDir Path folder, Bed bed) throws Exception {
    String id;
    try (SimulatorProcess simulator =
        SimulatorProcess.start(Bed.ROOT, folder, "127.64.9.1,127.64.9.2", "--seed", "hosts")) {
      id =
          bed.operator()
              .addCas(Bed.name("state"), simulator.cas().cvmPort(), bed.place().agentId());
      assertEquals("ONLINE", reach(bed, id).path("state").asText());
      assertTrue(isListed(bed, id, "ONLINE"));
    }
    String path = "/platforms/" + id;
    ApiProblem gone = Trial.refusal(() -> bed.api().post(path + "/test", Map.of()));
    assertEquals("PLATFORM_UNREACHABLE", gone.error(), gone.getMessage());
    JsonNode reach = reach(bed, id);
    assertEquals("OFFLINE", reach.path("state").asText());
    assertEquals("PLATFORM_UNREACHABLE", reach.path("error").asText());
    assertFalse(HAN.matcher(reach.path("detail").asText()).find(), reach.toString());
    bed.api().speaking("zh");
    assertTrue(HAN.matcher(reach(bed, id).path("detail").asText()).find());
    bed.api().speaking("en");
    assertTrue(isListed(bed, id, "OFFLINE"));
    assertFalse(isListed(bed, id, "ONLINE"));
    Trial.refusal(() -> bed.api().post(path + "/test", Map.of()));
    String name = bed.api().get(path).path("name").asText();
    assertEquals(1, alarms(bed, name, true).size(), "one outage, one alarm");
    assertEquals(422, Trial.refusal(() -> bed.api().get("/platforms?state=SOMEWHERE")).status());
    bed.api().delete(path);
    assertEquals(0, alarms(bed, name, true).size(), "nobody can bring back what is gone");
  }

  @Test
  @Tag("RES-06")
  @Tag("JOB-07")
  void anOutageIsOneAlarmOverARestartOfTheServerAndClosesItself() {
    try (Bed bed = Bed.own("outage", Map.of("HOLDFAST_PLATFORM_LOOK_SECONDS", "2"))) {
      String id = bed.place().platformId();
      JsonNode platform = bed.api().get("/platforms/" + id);
      String name = platform.path("name").asText();
      bed.installation().kill("simulator");
      JsonNode alarm =
          Waiting.until(
                  "an alarm of the outage",
                  LIMIT,
                  () -> alarms(bed, name, true),
                  found -> !found.isEmpty())
              .get(0);
      assertEquals("OFFLINE", alarm.path("kind").asText(), alarm.toString());
      assertEquals("PLATFORM_OFFLINE", alarm.path("code").asText(), alarm.toString());
      assertEquals(id, alarm.path("platformId").asText(), alarm.toString());
      String told = alarm.path("message").asText();
      String host = bed.api().get("/agents").get(0).path("hostName").asText();
      assertTrue(told.contains(name) && told.contains(host), told);
      assertTrue(told.contains(reach(bed, id).path("detail").asText().split(" ")[0]), told);
      bed.api().speaking("zh");
      String chinese = alarms(bed, name, true).get(0).path("message").asText();
      bed.api().speaking("en");
      assertTrue(HAN.matcher(chinese.replace(name, "")).find() && chinese.contains(host), chinese);

      bed.installation().kill("server");
      bed.installation().holdfast("start").orFail();
      JsonNode after = reach(bed, id);
      assertEquals("OFFLINE", after.path("state").asText(), "known without asking");
      Waiting.until(
          "asked again",
          LIMIT,
          () -> reach(bed, id),
          now ->
              "OFFLINE".equals(now.path("state").asText())
                  && !now.path("askedAt").equals(after.path("askedAt")));
      assertEquals(1, alarms(bed, name, false).size(), "the same outage");
      assertEquals(alarm.path("id"), alarms(bed, name, true).get(0).path("id"));

      bed.installation().holdfast("simulator").orFail();
      Waiting.until(
          "the alarm closed", LIMIT, () -> alarms(bed, name, true).isEmpty(), closed -> closed);
      JsonNode closed = alarms(bed, name, false).get(0);
      assertEquals("system", closed.path("acknowledgedBy").asText(), closed.toString());
      assertEquals("ONLINE", reach(bed, id).path("state").asText());
      String log = bed.installation().read("log/server.out");
      assertTrue(log.contains("Platform " + name + " is online again"), "the server's log");
    }
  }

  private static JsonNode alarms(Bed bed, String platform, boolean open) {
    String name = URLEncoder.encode(platform, StandardCharsets.UTF_8).replace("+", "%20");
    return bed.api().get("/alarms?open=" + open + "&q=" + name).path("items");
  }

  private static JsonNode reach(Bed bed, String id) {
    return bed.api().get("/platforms/" + id).path("reach");
  }

  private static boolean isListed(Bed bed, String id, String state) {
    return bed.api().get("/platforms?state=" + state).toString().contains(id);
  }
}
