package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server's database on a file system that is really full, at rest and in the middle of a run.
 */
class FullDatabaseTest {
  private static final long MIB = 1 << 20;
  private static final int DATABASE_MIB = 64;
  private static final int MOST_WRITES = 300;
  private static final int PATTERNS = 20;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Pattern HAN = Pattern.compile("\\p{IsHan}");

  @Test
  @Tag("OPS-01")
  @Tag("JOB-09")
  void aFullDatabaseIsNamedAndHarmsNothing(@TempDir Path folder) throws Exception {
    try (SmallDisk disk = new SmallDisk(folder, DATABASE_MIB)) {
      assumeTrue(
          disk.isMounted(), "only root can mount the small file system that this test fills");
      String url =
          "jdbc:h2:file:" + folder.resolve("holdfast") + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0";
      try (Bed bed = Bed.own("full database", Map.of("HOLDFAST_DB_URL", url))) {
        String first = Bed.name("before");
        bed.cas().createVm(first, true, List.of(smallDisk(1)));
        refusesInOneSentenceAndSavesNothingByHalves(bed, first, disk);
        aRunMeetsTheFullDatabase(bed, disk);
        String vm = Bed.name("after");
        bed.cas().createVm(vm, true, List.of(smallDisk(9)));
        bed.installation().holdfast("stop").orFail();
        bed.installation().holdfast("simulator").orFail();
        bed.installation().holdfast("start").orFail();
        bed.operator().onlineAgent(LIMIT);
        bed.operator().done(bed.operator().start(bed.jobFor(vm, Map.of()), "FULL"));
      }
    }
  }

  private static void refusesInOneSentenceAndSavesNothingByHalves(
      Bed bed, String vm, SmallDisk disk) throws Exception {
    JsonNode node = bed.operator().vmNode(bed.place().platformId(), vm);
    Set<String> accepted = jobNames(bed);
    disk.fill();
    for (String language : List.of("en", "en", "zh")) {
      bed.api().speaking(language);
      ApiProblem refused = addUntilRefused(bed, node, disk, accepted);
      assertFull(refused);
      assertEquals(
          "zh".equals(language), HAN.matcher(refused.body().path("detail").asText()).find());
    }
    bed.api().speaking("en");
    disk.free();
    String name = Bed.name("when-free");
    Waiting.until(
        "the database takes writes again", LIMIT, () -> tryToAdd(bed, node, name), done -> done);
    accepted.add(name);
    assertEquals(accepted, jobNames(bed));
    assertFalse(
        bed.installation().read("log/server.out").contains("Response already commited"),
        "an answer was sent twice");
  }

  /**
   * The database has some free room of its own, and a little more after each time it closed itself.
   */
  private static ApiProblem addUntilRefused(
      Bed bed, JsonNode vm, SmallDisk disk, Set<String> accepted) throws IOException {
    for (int i = 0; i < MOST_WRITES; i++) {
      String name = Bed.name("while-full");
      disk.fill(); // a database that opens again gives room back
      try {
        addJob(bed, vm, name);
        accepted.add(name);
      } catch (ApiProblem refused) {
        if (!closed(refused)) {
          return refused;
        }
      }
    }
    throw new AssertionError("the database took " + MOST_WRITES + " jobs on a full disk");
  }

  /** Whatever the run makes of it, it ends, says why, leaves nothing, and the next one succeeds. */
  private static void aRunMeetsTheFullDatabase(Bed bed, SmallDisk disk) throws Exception {
    String vm = Bed.name("meets-full");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(512 * MIB, "qcow2", List.of(Bed.content(0, 128 * MIB, "random", 3)))));
    String job = bed.jobFor(vm, Map.of());
    bed.cas().fault(Map.of("match", "data-plane read", "action", "delay", "ms", 40, "times", 0));
    String run = bed.operator().start(job, "FULL");
    Waiting.until(
        "some progress",
        LIMIT,
        () -> bed.api().get("/runs/" + run),
        now -> now.path("percent").asInt() >= 20);
    disk.fill();
    bed.cas().clearFaults();
    Thread.sleep(10_000);
    disk.free();
    JsonNode ended = bed.operator().ended(run);
    if (!"DONE".equals(ended.path("state").asText())) {
      assertEquals("FAILED", ended.path("state").asText(), ended.toString());
      assertTrue(
          Set.of("DATABASE_FULL", "DATABASE_UNAVAILABLE")
              .contains(ended.path("vms").get(0).path("error").asText()),
          ended.toString());
      FailureTest.assertInBothLanguages(bed, run);
    }
    Waiting.until("the snapshot gone", LIMIT, () -> bed.cas().snapshots(vm), List::isEmpty);
    bed.operator().done(bed.operator().start(job, "FULL"));
    RestoredCopy.assertIdentical(bed, vm);
  }

  private static Map<String, Object> smallDisk(int seed) {
    return Bed.disk(8 * MIB, "qcow2", List.of(Bed.content(0, MIB, "random", seed)));
  }

  private static void assertFull(ApiProblem problem) {
    assertEquals("DATABASE_FULL", problem.error(), problem.getMessage());
    assertEquals(507, problem.status());
  }

  /** The database closes itself when a write fails; who comes then is told to come again. */
  private static boolean closed(ApiProblem problem) {
    return problem.status() == 503 && "DATABASE_UNAVAILABLE".equals(problem.error());
  }

  /** One with long texts, so that not too many fill the database. */
  private static void addJob(Bed bed, JsonNode vm, String name) {
    Map<String, Object> job = Operator.jobBody(name, bed.place(), List.of(vm), Map.of());
    job.put("exclusions", Map.of("patterns", Collections.nCopies(PATTERNS, "x".repeat(140) + "*")));
    bed.operator().createJob(job);
  }

  private static boolean tryToAdd(Bed bed, JsonNode vm, String name) {
    try {
      addJob(bed, vm, name);
      return true;
    } catch (ApiProblem refused) {
      if (!closed(refused)) {
        assertFull(refused);
      }
      return false;
    }
  }

  private static Set<String> jobNames(Bed bed) {
    List<String> names = new ArrayList<>();
    JsonNode jobs = bed.api().get("/jobs?limit=1000");
    (jobs.isArray() ? jobs : jobs.path("items")).forEach(j -> names.add(j.path("name").asText()));
    return new TreeSet<>(names);
  }
}
