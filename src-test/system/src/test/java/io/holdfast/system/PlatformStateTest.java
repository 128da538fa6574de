package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.SimulatorProcess;
import io.holdfast.system.restrictions.Trial;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whether a platform is there stands in the list, with the reason when it is not. */
@ExtendWith(Bed.Shared.class)
class PlatformStateTest {
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
    assertEquals(422, Trial.refusal(() -> bed.api().get("/platforms?state=SOMEWHERE")).status());
    bed.api().delete(path);
  }

  private static JsonNode reach(Bed bed, String id) {
    return bed.api().get("/platforms/" + id).path("reach");
  }

  private static boolean isListed(Bed bed, String id, String state) {
    return bed.api().get("/platforms?state=" + state).toString().contains(id);
  }
}
