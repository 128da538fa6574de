package io.holdfast.system.restrictions;

import static io.holdfast.system.restrictions.Trial.disk;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A platform that is wrong about what changed: the backup turns full, says why, and what is
 * restored is what the guest had.
 */
@ExtendWith(Bed.Shared.class)
@Tag("CAS-02")
@Tag("CAS-04")
class ChangedAreasTest {
  @AfterEach
  void calm(Bed bed) {
    bed.cas().clearFaults();
  }

  @ParameterizedTest
  @CsvSource({
    "areas-none, FULL_SAMPLE_MISMATCH",
    "areas-outside, FULL_CHANGED_AREAS_INVALID",
    "areas-overlap, FULL_CHANGED_AREAS_INVALID",
    "areas-truncated, FULL_CHANGED_AREAS_INVALID"
  })
  void aListThatIsWrongIsNotBelieved(String lie, String reason, Bed bed) {
    Trial trial = new Trial(bed);
    String vm = trial.vm("lies", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of());
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    for (long at = 0; at < 16 * Trial.MIB; at += 2 * Trial.MIB) {
      bed.cas().write(vm, "vda", at, Trial.MIB, at + 3);
      bed.cas().write(vm, "vda", at + Trial.MIB + 65536, Trial.MIB - 131072, at + 4);
    }
    bed.cas()
        .fault(Map.of("match", "GET /vm/.*/cbt/changes.*", "action", lie, "nth", 1, "times", 0));
    trial.assertSealed(trial.run(job, "INCREMENTAL"), "FULL");
    assertTrue(trial.logCodes(job).contains(reason), reason + " in " + trial.logCodes(job));
    bed.cas().clearFaults();
    JsonNode point = trial.point(vm);
    String copy = Bed.name("lies-copy");
    trial.restored(trial.toNewVm(point, copy));
    assertEquals(bed.cas().digest(vm, "vda", ""), bed.cas().digest(copy, "vda", ""));
    trial.assertSealed(trial.run(job, "INCREMENTAL"), "INCREMENTAL");
  }
}
