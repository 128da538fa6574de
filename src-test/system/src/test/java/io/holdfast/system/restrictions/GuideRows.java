package io.holdfast.system.restrictions;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What tests of the CAS guide's rows have in common: the shared bed, what others left on the
 * platform is not counted, and no fault of the lab outlives a test.
 */
@ExtendWith(Bed.Shared.class)
public abstract class GuideRows {
  private static final Pattern QUOTED = Pattern.compile("“[^”]*”");
  private static final Pattern ENGLISH = Pattern.compile("([A-Za-z]{2,} ){3,}[A-Za-z]{2,}");

  protected Bed bed;
  protected Trial trial;

  @BeforeEach
  protected void begin(Bed shared) {
    bed = shared;
    trial = new Trial(shared);
    bed.cas().baseline();
  }

  @AfterEach
  protected void calm() {
    bed.cas().clearFaults();
  }

  /** Whatever a run of these rows says, its causes too, it can say in Chinese. */
  @AfterEach
  protected void whatWasSaidReadsInChinese() {
    bed.api().speaking("zh");
    try {
      String run = bed.api().get("/runs").path("items").path(0).path("id").asText();
      JsonNode log = bed.api().get("/runs/" + run + "/log");
      for (JsonNode line : log.has("items") ? log.path("items") : log) {
        String text = QUOTED.matcher(line.path("message").asText()).replaceAll("");
        assertFalse(ENGLISH.matcher(text).find(), text);
      }
    } finally {
      bed.api().speaking("en");
    }
  }

  /** The restore point of a full backup made now. */
  protected final JsonNode pointOf(String vm) {
    return pointOf(vm, Map.of());
  }

  /** The same with options of the job. */
  protected final JsonNode pointOf(String vm, Map<String, Object> options) {
    trial.assertSealed(trial.backUp(vm, "FULL", options), "FULL");
    return trial.point(vm);
  }

  /** SHA-256 of what a guest would read from a disk now. */
  protected final String digest(String vm, String device) {
    return bed.cas().digest(vm, device, "");
  }
}
