package io.holdfast.system.hikcloud;

import static io.holdfast.system.hikcloud.CloudBed.id;
import static io.holdfast.system.hikcloud.CloudBed.image;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.SimulatedCloud;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Snapshots that are kept for the next incremental go with the job that counted from them: nobody
 * else would remove them. What others made stays.
 */
@Tag("HIK-01")
@Tag("CAS-05")
class CloudMarksTest extends CloudRows {
  private static final Duration SWEPT = Duration.ofMinutes(3);

  /** A job with a full and an incremental backup: two kept snapshots beside one of a person's. */
  private String jobWithMarks(JsonNode vm) {
    cloud.rbd("snap", "create", "--no-progress", path(vm) + "@by-hand");
    String job = bed.job(vm, Map.of());
    assertSealed(bed.run(job, "FULL"), "FULL");
    cloud.write(id(vm), 0, 9 * MIB, 65_536, 0x42);
    assertSealed(bed.run(job, "INCREMENTAL"), "INCREMENTAL");
    assertEquals(3, snapshots(vm, 0).size(), "the full's, the newest, the person's");
    return job;
  }

  private static String path(JsonNode vm) {
    return SimulatedCloud.POOL + "/" + image(vm, 0);
  }

  private void awaitOnlyForeign(JsonNode vm) {
    List<String> left =
        Waiting.until(
            "no kept snapshot of " + CloudBed.name(vm),
            SWEPT,
            () -> snapshots(vm, 0),
            all -> all.size() == 1);
    assertTrue(left.get(0).contains("by-hand"), left.toString());
  }

  @Test
  @DisplayName("S2 table 2, keep the latest snapshot: gone with the deleted job, others' stay")
  void kept_goWithTheirJobAndItsPoints() {
    JsonNode vm = written("marks");
    JsonNode other = written("marks-other");
    String job = jobWithMarks(vm);
    String staying = jobWithMarks(other);
    JsonNode points = bed.operator().restorePoints(bed.place().platformId(), CloudBed.name(vm));
    bed.api().delete("/jobs/" + job);
    points.forEach(point -> bed.api().delete("/restore-points/" + point.path("id").asText()));
    awaitOnlyForeign(vm);
    assertEquals(3, snapshots(other, 0).size(), "another job counts from its own");
    assertSealed(bed.run(staying, "INCREMENTAL"), "INCREMENTAL");
  }

  @Test
  @DisplayName("S2 table 2, keep the latest snapshot: one that the platform held back goes later")
  void kept_goLaterWhenThePlatformWasAwayAtTheDeletion() {
    JsonNode vm = written("marks-away");
    String job = jobWithMarks(vm);
    cloud.fault(
        Map.of("match", "DELETE .*/snapshots/.*", "action", "status", "status", 400, "times", 1));
    bed.api().delete("/jobs/" + job);
    awaitOnlyForeign(vm);
    String points =
        bed.operator().restorePoints(bed.place().platformId(), CloudBed.name(vm)).toString();
    assertTrue(points.contains("INCREMENTAL"), "the points stay: " + points);
    bed.run(bed.job(vm, Map.of()), "INCREMENTAL");
    assertEquals("FULL", bed.point(vm).path("type").asText(), "nothing to count from, and it is");
  }
}
