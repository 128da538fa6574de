package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Installation;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import io.holdfast.system.soak.RandomKills;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * kill -9 in the middle of a transfer: the run goes on from its position and ends in an identical
 * restore point.
 */
@ExtendWith(Bed.Shared.class)
class CrashTest {
  private static final long MIB = 1 << 20;
  private static final long DATA = 192 * MIB;
  private static final Duration LIMIT = Duration.ofMinutes(4);

  @ParameterizedTest(name = "S1 table 3, reconnect time: goes on after a kill of {0} at {1} %")
  @CsvSource({"agent,20", "agent,70", "server,35", "simulator,50"})
  @Tag("JOB-09")
  @Tag("OPT-08")
  @Tag("CAS-05")
  void goesOnAfterAKill(String role, int percent, Bed bed) {
    String vm = Bed.name("crash");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(1024 * MIB, "qcow2", List.of(Bed.content(0, DATA, "random", 21)))));
    String job = bed.jobFor(vm, Map.of("streamsPerDisk", 2));
    // Ten seconds for the whole, so that a kill at a fifth is one in the middle on a busy machine
    // too.
    bed.cas().fault(Map.of("match", "data-plane read", "action", "delay", "ms", 100, "times", 0));
    String run = bed.operator().start(job, "FULL");
    Waiting.until(
        percent + " % of " + vm,
        LIMIT,
        () -> bed.api().get("/runs/" + run),
        now -> now.path("percent").asInt() >= percent);
    kill(bed, role);
    bed.cas().clearFaults();
    JsonNode ended = bed.operator().done(run);
    assertTrue(ended.path("readBytes").asLong() < DATA * 12 / 10, "read again too much: " + ended);
    if ("agent".equals(role) && percent < 50) { // later all may have been transferred already
      assertResumptionIsTold(bed, run);
    }
    // A kill between seal and release: the backup is done, the release is tried again every 20 s.
    Waiting.until("no snapshot left behind", LIMIT, () -> bed.cas().snapshots(vm), List::isEmpty);
    RestoredCopy.assertIdentical(bed, vm);
  }

  /** What the new agent says of it reaches the run's log, in both languages. */
  private static void assertResumptionIsTold(Bed bed, String run) {
    String log = bed.api().get("/runs/" + run + "/log").toString();
    assertTrue(log.contains("The interrupted backup goes on from where it was."), log);
    bed.api().speaking("zh");
    String chinese = bed.api().get("/runs/" + run + "/log").toString();
    bed.api().speaking("en");
    assertTrue(chinese.contains("中断的备份从断点继续。"), chinese);
    assertEquals(1, log.split("VM_BACKUP_PLANNED", -1).length - 1, "the rest once only: " + log);
  }

  @Test
  @Tag("JOB-09")
  @DisplayName("S1 table 5, reconnect time; backup and restore go on after kills at random moments")
  void goesOnAfterKillsAtRandomMoments(Bed bed) {
    long seed = Long.getLong("holdfast.test.seed", System.nanoTime() & Integer.MAX_VALUE);
    System.err.println("kills at random moments: -Dholdfast.test.seed=" + seed);
    RandomKills kills =
        new RandomKills(
            bed.installation(), bed.operator(), new Random(seed), text -> System.err.println(text));
    String vm = Bed.name("crash");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(512 * MIB, "qcow2", List.of(Bed.content(0, 48 * MIB, "random", 3)))));
    String job = bed.jobFor(vm, Map.of());
    bed.cas().fault(Map.of("match", "data-plane read", "action", "delay", "ms", 20, "times", 0));
    JsonNode backup = kills.during(bed.operator().start(job, "FULL"), 2, Duration.ofSeconds(4));
    bed.cas().clearFaults();
    assertEquals("DONE", backup.path("state").asText(), "seed " + seed + ": " + backup);
    JsonNode point = bed.newestPoint(vm);
    Map<String, Object> definition = MainJobTest.definition(bed, point, "NEW_VM");
    String copy = Bed.name("copy");
    definition.put("newVmName", copy);
    definition.put("targetHostId", point.path("hostId").asText());
    JsonNode restore = kills.during(bed.operator().restore(definition), 1, Duration.ofSeconds(2));
    assertEquals("DONE", restore.path("state").asText(), "seed " + seed + ": " + restore);
    assertEquals(bed.digests(vm, point), bed.digests(copy, point), "seed " + seed);
    Waiting.until("no snapshot left behind", LIMIT, () -> bed.cas().snapshots(vm), List::isEmpty);
  }

  /** Kills a role and starts it again as an operator would. */
  private static void kill(Bed bed, String role) {
    Installation installation = bed.installation();
    installation.kill(role);
    if ("simulator".equals(role)) {
      installation.holdfast("simulator").orFail();
    } else {
      installation.holdfast("start").orFail();
    }
    Waiting.until(
        "REST after the crash", LIMIT, () -> bed.api().get("/agents"), agents -> agents.size() > 0);
    new Operator(bed.api()).onlineAgent(LIMIT);
  }
}
