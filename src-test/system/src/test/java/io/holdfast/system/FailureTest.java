package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.SimulatedCas;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong ends in one clear sentence in both languages, with nothing half done. */
@ExtendWith(Bed.Shared.class)
class FailureTest {
  private static final long MIB = 1 << 20;
  private static final Pattern HAN = Pattern.compile("\\p{IsHan}");

  @Test
  @Tag("RES-01")
  @Tag("RES-07")
  void wrongPasswordIsRefusedBeforeAnythingIsSaved(Bed bed) {
    ApiProblem problem =
        refused(bed, Operator.cas("wrong", bed.cas().cvmPort(), bed.place().agentId(), "no"));
    assertEquals("PLATFORM_LOGIN_REFUSED", problem.error());
    assertFalse(problem.body().toString().contains("\"no\""), "a password came back");
  }

  @Test
  @Tag("RES-01")
  void closedPortAndUnknownNameAreNamed(Bed bed) {
    ApiProblem closed =
        refused(bed, Operator.cas("closed", 9, bed.place().agentId(), SimulatedCas.PASSWORD));
    assertEquals("PLATFORM_UNREACHABLE", closed.error());
    assertTrue(closed.body().path("detail").asText().contains("127.0.0.1:9"), closed.getMessage());
    Map<String, Object> unknown =
        Operator.cas("name", 8080, bed.place().agentId(), SimulatedCas.PASSWORD);
    unknown.put("address", "cvm.invalid");
    assertEquals("SERVER_NAME_UNRESOLVED", refused(bed, unknown).error());
  }

  @Test
  @Tag("JOB-02")
  void aVmDeletedUnderTheJobFailsAlone(Bed bed) {
    String vm = Bed.name("gone");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(32 * MIB, "qcow2", List.of(Bed.content(0, MIB, "random", 1)))));
    String job = bed.jobFor(vm, Map.of());
    bed.cas().deleteVm(vm);
    JsonNode run = bed.operator().ended(bed.operator().start(job, "FULL"));
    assertEquals("FAILED", run.path("state").asText());
    assertInBothLanguages(bed, run.path("id").asText());
  }

  @Test
  @Tag("CAS-10")
  void aDataPortThatCutsIsSurvived(Bed bed) {
    String vm = Bed.name("cut");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(128 * MIB, "qcow2", List.of(Bed.content(0, 40 * MIB, "random", 2)))));
    String job = bed.jobFor(vm, Map.of());
    bed.cas().fault(Map.of("match", "data-plane read", "nth", 7, "times", 1, "action", "drop"));
    bed.cas()
        .fault(Map.of("match", "data-plane read", "nth", 20, "times", 1, "action", "short-read"));
    bed.cas()
        .fault(
            Map.of(
                "match",
                "GET /message/.*",
                "nth",
                1,
                "times",
                1,
                "action",
                "status",
                "status",
                503));
    bed.operator().done(bed.operator().start(job, "FULL"));
    bed.cas().clearFaults();
    RestoredCopy.assertIdentical(bed, vm);
  }

  @Test
  @Tag("JOB-02")
  @Tag("CAS-05")
  void stopLeavesNothingBehind(Bed bed) {
    String vm = Bed.name("stop");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(512 * MIB, "qcow2", List.of(Bed.content(0, 128 * MIB, "random", 3)))));
    String job = bed.jobFor(vm, Map.of());
    bed.cas().fault(Map.of("match", "data-plane read", "action", "delay", "ms", 60, "times", 0));
    String run = bed.operator().start(job, "FULL");
    Waiting.until(
        "some progress",
        Duration.ofMinutes(2),
        () -> bed.api().get("/runs/" + run),
        now -> now.path("percent").asInt() > 5);
    bed.api().post("/runs/" + run + "/stop", Map.of());
    bed.cas().clearFaults();
    JsonNode ended = bed.operator().ended(run);
    assertEquals(
        "STOPPED",
        ended.path("state").asText(),
        ended + " " + bed.api().get("/runs/" + run + "/log"));
    Waiting.until(
        "the snapshot gone", Duration.ofMinutes(1), () -> bed.cas().snapshots(vm), List::isEmpty);
    assertEquals(0, bed.operator().restorePoints(bed.place().platformId(), vm).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"数据库 主机", "it's \"quoted\"", "../../etc/passwd", "a&b=<c>?#%20;"})
  @Tag("INV-03")
  void namesOfEveryKindAreBackedUp(String name, Bed bed) {
    String vm = Bed.name(name);
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(8 * MIB, "qcow2", List.of(Bed.content(0, MIB, "random", 4)))));
    bed.operator().done(bed.operator().start(bed.jobFor(vm, Map.of()), "FULL"));
    assertEquals(vm, bed.newestPoint(vm).path("vmName").asText());
  }

  @Test
  @Tag("INV-03")
  void aNameOf250CharactersIsBackedUp(Bed bed) {
    String vm = Bed.name("n".repeat(240));
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(8 * MIB, "qcow2", List.of(Bed.content(0, MIB, "random", 5)))));
    JsonNode node = bed.operator().vmNode(bed.place().platformId(), vm);
    String job = bed.operator().createJob(Bed.name("long"), bed.place(), List.of(node), Map.of());
    bed.operator().done(bed.operator().start(job, "FULL"));
  }

  private static ApiProblem refused(Bed bed, Map<String, Object> platform) {
    int before = bed.api().get("/platforms").size();
    ApiProblem problem =
        assertThrows(ApiProblem.class, () -> bed.api().post("/platforms", platform));
    assertEquals(before, bed.api().get("/platforms").size(), "half saved");
    ApiProblem chinese =
        assertThrows(ApiProblem.class, () -> bed.api().speaking("zh").post("/platforms", platform));
    bed.api().speaking("en");
    assertTrue(HAN.matcher(chinese.body().path("detail").asText()).find(), chinese.getMessage());
    return problem;
  }

  static void assertInBothLanguages(Bed bed, String run) {
    String english = bed.api().get("/runs/" + run).path("vms").path(0).path("message").asText();
    String chinese =
        bed.api().speaking("zh").get("/runs/" + run).path("vms").path(0).path("message").asText();
    bed.api().speaking("en");
    assertFalse(english.isEmpty(), "no message");
    assertFalse(english.contains("?"), english);
    assertTrue(HAN.matcher(chinese).find(), chinese);
  }
}
