package io.holdfast.system.options;

import static io.holdfast.system.restrictions.Trial.disk;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.bed.CvmRest;
import io.holdfast.system.bed.Waiting;
import io.holdfast.system.restrictions.GuideRows;
import io.holdfast.system.restrictions.Trial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * S1 table 3, the advanced options of backups. Reconnect time: {@code CrashTest}; resume buffer:
 * {@code PoolElsewhereTest}; speed limits: {@code SpeedLimitTest}.
 */
class BackupAdvancedOptionsTest extends GuideRows {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  @Tag("CAS-09")
  @DisplayName("S1 table 3, CVD-SDK: read buffer and log level in cvd-sdk.log")
  void table3Sdk_bufferAndLogLevelReachTheLibrary() throws IOException {
    String vm = trial.vm("sdk", "shutOff", disk("qcow2", "share01"));
    long before = sdkMessages();
    long since = lastCall();
    backUp(vm, Map.of("dataPlane", "SDK", "bufferBytes", 65536, "sdkLogLevel", "error"));
    assertEquals(before, sdkMessages(), "messages at level error");
    assertOpened(since, "blockSize=65536");
    since = lastCall();
    backUp(vm, Map.of("dataPlane", "SDK", "bufferBytes", 8 << 20, "sdkLogLevel", "message"));
    assertTrue(sdkMessages() > before, "no messages at level message");
    assertOpened(since, "blockSize=8388608");
  }

  private void backUp(String vm, Map<String, Object> options) {
    trial.assertSealed(trial.backUp(vm, "FULL", options), "FULL");
  }

  private long sdkMessages() throws IOException {
    Path log = bed.installation().state().resolve("agent/log/cvd-sdk.log");
    if (!Files.exists(log)) {
      return 0;
    }
    return Files.readAllLines(log).stream().filter(line -> line.contains(" message ")).count();
  }

  private long lastCall() {
    return bed.cas().lab().get("/lab/journal?limit=0").path("last").asLong();
  }

  private void assertOpened(long since, String how) {
    String calls = bed.cas().lab().get("/lab/journal?kind=cvd&since=" + since).toString();
    assertTrue(calls.contains(how), how + " in " + calls);
  }

  @ParameterizedTest
  @CsvSource({"ADAPTIVE, 1", "EXTERNAL, 1", "INTERNAL, 0"})
  @Tag("CAS-05")
  @DisplayName("S1 table 3, snapshot: adaptive takes the external one, others what was chosen")
  void table3Snapshot_theKindThatStandsOnThePlatform(String wanted, int kind) {
    String vm = trial.vm("snap", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, Trial.holding(Map.of("snapshotType", wanted)));
    String run = trial.held(vm, trial.operator().start(job, "FULL"));
    List<JsonNode> standing =
        CvmRest.list(bed.cas().rest().get("/vm/snapshot/" + trial.id(vm)), "snapshot");
    assertEquals(1, standing.size(), standing.toString());
    assertEquals(kind, standing.get(0).path("snapType").asInt(-1), standing.toString());
    trial.letGo(run);
    trial.operator().done(run);
  }

  @Test
  @Tag("OPT-14")
  @DisplayName("S1 table 3, retry times: a failed VM is tried again, so often and no more")
  void table3RetryTimes_aFailedVmIsTriedAgainSoOften() {
    String vm = trial.vm("retry", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, unfrozen(2, 0));
    failSnapshots(2);
    trial.operator().ended(trial.operator().start(job, "FULL"));
    JsonNode runs =
        Waiting.until(
            "the second retry's end",
            SOON,
            () -> bed.api().get("/runs?jobId=" + job).path("items"),
            all -> all.size() == 3 && "DONE".equals(all.path(0).path("state").asText()));
    assertEquals("FAILED", runs.path(1).path("state").asText(), runs.toString());
    assertEquals(
        2, bed.api().get("/runs/" + runs.path(0).path("id").asText()).path("retryNo").asInt());
  }

  @Test
  @Tag("OPT-14")
  @DisplayName("S1 table 3, retry interval: the next one is due so many minutes later")
  void table3RetryInterval_theNextIsDueSoManyMinutesLater() {
    String vm = trial.vm("later", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, unfrozen(1, 7));
    failSnapshots(1);
    JsonNode run = trial.operator().ended(trial.operator().start(job, "FULL"));
    Instant due = Instant.parse(run.path("retryDueAt").asText());
    Duration after = Duration.between(Instant.parse(run.path("endedAt").asText()), due);
    assertTrue(after.minusMinutes(7).abs().compareTo(Duration.ofSeconds(5)) < 0, run.toString());
    bed.api().delete("/jobs/" + job);
  }

  /** A snapshot with a frozen guest that is refused is asked for again without. */
  private static Map<String, Object> unfrozen(int retryTimes, int retryMinutes) {
    return Map.of("retryTimes", retryTimes, "retryMinutes", retryMinutes, "guestFreeze", "OFF");
  }

  /** The platform refuses so many snapshots for a reason that time can mend. */
  private void failSnapshots(int times) {
    bed.cas()
        .fault(
            Map.of(
                "match",
                "POST /vm/snapshot",
                "action",
                "task-fails",
                "code",
                1302,
                "times",
                times));
  }

  @Test
  @Tag("OPT-15")
  @DisplayName("S1 table 3, requests of the platform are repeated as often as the job says")
  void table3RequestRetries_aBrokenRequestIsRepeatedOrNot() {
    String vm = trial.vm("again", "running", disk("qcow2", "share01"));
    Map<String, Object> broken =
        Map.of("match", "GET /message/.*", "action", "status", "status", 503, "times", 3);
    bed.cas().fault(broken);
    trial.assertSealed(trial.backUp(vm, "FULL", Map.of("platformRetries", 5)), "FULL");
    bed.cas().fault(broken);
    JsonNode task = trial.backUp(vm, "FULL", Map.of("platformRetries", 0));
    assertEquals("FAILED", task.path("state").asText(), task.toString());
  }
}
