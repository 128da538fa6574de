package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.system.bed.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Speed limits of whole runs: held, slowed, across a window's end, and stopped while held. */
@ExtendWith(Bed.Shared.class)
@Tag("OPT-10")
@Tag("OPT-11")
class SpeedLimitTest {
  private static final long MIB = 1 << 20;
  private static final long DATA = 96 * MIB;
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  @DisplayName(
      "S1 table 3, limit of the backup speed by windows: a run goes on when its window ends")
  void aRunGoesOnWhenTheWindowThatHoldsItEnds(Bed bed) {
    String vm = vm(bed);
    // Windows are by whole minutes: one that ends with this minute or, when that is near, the next.
    ZonedDateTime now = ZonedDateTime.now();
    ZonedDateTime end = now.plusSeconds(12).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    Map<String, Object> window =
        Map.of(
            "days",
            List.of(),
            "from",
            hourAndMinute(now.minusMinutes(1)),
            "to",
            hourAndMinute(end),
            "bytesPerSecond",
            0);
    String job =
        bed.jobFor(vm, Map.of("limits", Map.of("disk", Map.of("windows", List.of(window)))));
    String run = bed.operator().start(job, "FULL");
    JsonNode held = transferring(bed, run);
    assertTrue(held.path("limit").path("held").asBoolean(), held.toString());
    assertEquals(end.toInstant(), Instant.parse(held.path("limit").path("heldUntil").asText()));
    JsonNode later =
        Waiting.until(
            "the last moments of the window",
            Duration.ofSeconds(90),
            () -> bed.api().get("/runs/" + run),
            unused -> ZonedDateTime.now().isAfter(end.minusSeconds(2)));
    assertEquals(0, later.path("readBytes").asLong(), "nothing passes while it is held: " + later);
    JsonNode done = bed.operator().done(run);
    assertFalse(done.path("limit").path("held").asBoolean(), done.toString());
    RestoredCopy.assertIdentical(bed, vm);
  }

  @Test
  @Tag("JOB-02")
  @DisplayName("S1 table 3, limit of the transfer speed; a run held in the middle is stopped")
  void aRunThatIsHeldInTheMiddleOfItsTransferIsStoppedByRest(Bed bed) {
    String vm = vm(bed);
    String job =
        bed.jobFor(
            vm, Map.of("limits", Map.of("transfer", Map.of("otherwiseBytesPerSecond", 4 * MIB))));
    String run = bed.operator().start(job, "FULL");
    Waiting.until(
        "bytes of " + vm,
        SOON,
        () -> bed.api().get("/runs/" + run),
        now -> now.path("doneBytes").asLong() > 0);
    bed.api().put("/runs/" + run + "/limits", Map.of("diskBytesPerSecond", 0));
    long still =
        Waiting.until(
                "bytes that stand still",
                SOON,
                () ->
                    List.of(
                        bed.cas().bytesRead(), pause(Duration.ofSeconds(3)), bed.cas().bytesRead()),
                reads -> reads.get(0).equals(reads.get(2)))
            .get(0);
    assertFalse(bed.cas().snapshots(vm).isEmpty(), "the run keeps its snapshot");
    bed.api().post("/runs/" + run + "/stop", Map.of());
    JsonNode stopped =
        Waiting.until(
            "the end of the stopped run",
            SOON,
            () -> bed.api().get("/runs/" + run),
            now -> "STOPPED".equals(now.path("state").asText()));
    assertEquals("STOPPED_BY_USER", stopped.path("vms").path(0).path("error").asText());
    assertTrue(stopped.path("doneBytes").asLong() < DATA, stopped.toString());
    assertEquals(still, bed.cas().bytesRead(), "a stop reads no further");
    assertEquals(List.of(), bed.cas().snapshots(vm), "a task that has ended holds nothing");
    assertEquals(0, bed.operator().restorePoints(bed.place().platformId(), vm).size());
    Path session =
        bed.installation()
            .state()
            .resolve("pool one/sessions")
            .resolve(stopped.path("vms").path(0).path("taskId").asText());
    assertFalse(Files.exists(session), "its pool session is gone");

    bed.api().put("/jobs/" + job, unlimited(bed, job));
    bed.operator().done(bed.operator().start(job, "FULL"));
    RestoredCopy.assertIdentical(bed, vm);
  }

  private static Object unlimited(Bed bed, String job) {
    ObjectNode wanted = bed.api().get("/jobs/" + job).deepCopy();
    wanted.remove(List.of("id", "enabled", "createdAt"));
    wanted.withObject("/options").remove("limits");
    return wanted;
  }

  private static JsonNode transferring(Bed bed, String run) {
    return Waiting.until(
        "the transfer",
        SOON,
        () -> bed.api().get("/runs/" + run),
        now -> "RUNNING".equals(now.path("vms").path(0).path("state").asText()));
  }

  private static String vm(Bed bed) {
    String vm = Bed.name("limited");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(256 * MIB, "qcow2", List.of(Bed.content(0, DATA, "random", 5)))));
    return vm;
  }

  private static String hourAndMinute(ZonedDateTime time) {
    return LocalTime.of(time.getHour(), time.getMinute()).toString();
  }

  private static long pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
    return 0;
  }
}
