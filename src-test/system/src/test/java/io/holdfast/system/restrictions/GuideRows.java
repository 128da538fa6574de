package io.holdfast.system.restrictions;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What tests of the CAS guide's rows have in common: the shared bed, what others left on the
 * platform is not counted, and no fault of the lab outlives a test.
 */
@ExtendWith(Bed.Shared.class)
public abstract class GuideRows {
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
