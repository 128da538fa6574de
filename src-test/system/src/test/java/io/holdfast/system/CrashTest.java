package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Installation;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
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

  @ParameterizedTest
  @CsvSource({"agent,20", "agent,70", "server,35", "simulator,50"})
  @Tag("JOB-09")
  @Tag("CAS-05")
  void goesOnAfterAKill(String role, int percent, Bed bed) {
    String vm = Bed.name("crash");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(1024 * MIB, "qcow2", List.of(Bed.content(0, DATA, "random", 21)))));
    String job = bed.jobFor(vm, Map.of("streamsPerDisk", 2));
    bed.cas().fault(Map.of("match", "data-plane read", "action", "delay", "ms", 40, "times", 0));
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
    // A kill between seal and release: the backup is done, the release is tried again every 20 s.
    Waiting.until("no snapshot left behind", LIMIT, () -> bed.cas().snapshots(vm), List::isEmpty);
    RestoredCopy.assertIdentical(bed, vm);
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
