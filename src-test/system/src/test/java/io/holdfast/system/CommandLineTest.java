package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ready scripts for JBoss CLI, run as their first lines say. */
@ExtendWith(Bed.Shared.class)
class CommandLineTest {
  private static final long MIB = 1 << 20;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  @Tag("API-01")
  @Tag("API-02")
  void aBackupIsStartedAndItsExecutionIsRead(Bed bed) throws Exception {
    String vm = Bed.name("cli");
    bed.cas()
        .createVm(
            vm,
            true,
            List.of(Bed.disk(16 * MIB, "qcow2", List.of(Bed.content(0, MIB, "random", 1)))));
    String job = bed.jobFor(vm, Map.of());
    run(bed, "start-backup.cli", "-Dholdfast.job=" + job);
    JsonNode runs =
        Waiting.until(
            "a run of the job",
            LIMIT,
            () -> bed.api().get("/runs?jobId=" + job),
            list -> list.path("items").size() == 1);
    bed.operator().done(runs.path("items").get(0).path("id").asText());
    String executions = run(bed, "list-executions.cli");
    assertTrue(executions.contains("backup-vm") && executions.contains("COMPLETED"), executions);
    assertTheSameByRest(bed, runs.path("items").get(0).path("id").asText());
  }

  /** What the script shows stands in REST too, with what the transfer step has counted. */
  private static void assertTheSameByRest(Bed bed, String run) {
    JsonNode task = bed.api().get("/runs/" + run).path("vms").path(0);
    JsonNode page = bed.api().get("/batch/executions?job=backup-vm&status=COMPLETED&limit=1");
    assertTrue(page.path("total").asInt() >= 1, page.toString());
    JsonNode execution = page.path("items").path(0);
    assertEquals(run, execution.path("task").path("runId").asText(), task + " " + execution);
    assertEquals("DONE", execution.path("task").path("state").asText(), execution.toString());
    JsonNode steps = bed.api().get("/batch/executions/" + execution.path("id").asText() + "/steps");
    long written = 0;
    for (JsonNode step : steps) {
      assertEquals("COMPLETED", step.path("status").asText(), steps.toString());
      assertEquals(0, step.path("metrics").path("skipped").asLong(), "a skip is lost data");
      written += step.path("metrics").path("written").asLong();
    }
    assertTrue(written > 0, steps.toString());
  }

  @Test
  @Tag("API-02")
  void threadsAreTunedAgainAndAgain(Bed bed) throws Exception {
    for (int i = 0; i < 2; i++) {
      String answer = run(bed, "tune-batch-threads.cli", "-Dholdfast.threads=96");
      assertTrue(answer.contains("success"), answer);
    }
  }

  private static String run(Bed bed, String script, String... properties) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                Bed.ROOT.resolve("ear/target/server/bin/jboss-cli.sh").toString(),
                "--connect",
                "--controller=127.0.0.1:" + bed.installation().port("management"),
                "--resolve-parameter-values"));
    line.addAll(List.of(properties));
    line.add("--file=" + Bed.ROOT.resolve("ear/src/main/cli/" + script));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.directory(Bed.ROOT.resolve("src-test/system/target").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    return said;
  }
}
