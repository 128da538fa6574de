package io.holdfast.system.options;

import static io.holdfast.system.restrictions.Trial.MIB;
import static io.holdfast.system.restrictions.Trial.disk;
import static io.holdfast.system.restrictions.Trial.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import io.holdfast.system.restrictions.GuideRows;
import io.holdfast.system.restrictions.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * S1 table 2, the general options of backups. Preferred network: {@code AccessRestrictionsTest}.
 */
class BackupGeneralOptionsTest extends GuideRows {
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  @Tag("OPT-01")
  @DisplayName("S1 table 2, compression: none, fast, adjustable")
  void table2Compression_lessIsStoredTheHarderItTries() {
    long none = stored(11, Map.of("compression", "NONE"));
    long fast = stored(12, Map.of("compression", "FAST"));
    long best = stored(13, Map.of("compression", "ADJUSTABLE", "compressionLevel", 12));
    String sizes = none + " " + fast + " " + best;
    assertTrue(none >= 4 * MIB, sizes);
    assertTrue(fast < none * 9 / 10, sizes);
    assertTrue(best < fast, sizes);
  }

  /** What a backup of 4 MiB of text of its own takes in the pool. */
  private long stored(int seed, Map<String, Object> options) {
    Map<String, Object> text = Map.of("offset", 0, "length", 4 * MIB, "kind", "text", "seed", seed);
    String vm =
        trial.vm("zip", "shutOff", with(disk("qcow2", "share01"), "content", List.of(text)));
    JsonNode task = trial.backUp(vm, "FULL", options);
    trial.assertSealed(task, "FULL");
    return task.path("storedBytes").asLong();
  }

  @Test
  @Tag("OPT-03")
  @Tag("OPT-04")
  @Tag("OPT-05")
  @Tag("OPT-06")
  @DisplayName("S1 table 2, parallel VMs, VMs per host, disks per VM, streams per disk")
  void table2Parallelism_isUsedAndNotExceeded() {
    List<JsonNode> nodes = new ArrayList<>();
    for (int host : new int[] {1, 1, 1, 2, 2}) {
      String vm =
          trial.vm(
              "par",
              Map.of("hostId", host),
              disk("qcow2", "share01"),
              disk("qcow2", "share01"),
              disk("qcow2", "share01"));
      nodes.add(trial.operator().vmNode(bed.place().platformId(), vm));
    }
    Map<String, Object> limits =
        Map.of("parallelVms", 3, "vmsPerHost", 2, "disksPerVm", 2, "streamsPerDisk", 3);
    String job = trial.operator().createJob(Bed.name("par"), bed.place(), nodes, limits);
    bed.cas().lab().delete("/lab/usage");
    bed.cas().fault(Map.of("match", "data-plane read", "action", "hang", "times", 0));
    String run = trial.operator().start(job, "FULL");
    Waiting.until("three VMs at once", SOON, this::peak, p -> p.path("streams").asInt() == 18);
    bed.cas().clearFaults();
    JsonNode done = trial.operator().done(run);
    assertEquals(5, done.path("vms").size());
    JsonNode peak = peak();
    assertEquals(3, peak.path("vms").asInt(), peak.toString());
    assertEquals(2, peak.path("vmsPerHost").asInt(), peak.toString());
    assertEquals(2, peak.path("disksPerVm").asInt(), peak.toString());
    assertEquals(3, peak.path("streamsPerDisk").asInt(), peak.toString());
  }

  private JsonNode peak() {
    return bed.cas().lab().get("/lab/usage").path("peak");
  }

  @Test
  @Tag("OPT-07")
  @DisplayName("S1 table 2, no backup below N % and N GiB of free space, each switchable")
  void table2FreeSpace_eachConditionAloneFailsTheVmBeforeItsSnapshot() {
    String vm = trial.vm("space", "running", disk("qcow2", "share07"));
    // 9 % and 0.09 GiB are free.
    bed.cas().lab().put("/lab/pool/share07", Map.of("totalMegabytes", 1000, "freeMegabytes", 90));
    trial.assertRefused(space(vm, 10, 0), "STORAGE_RESERVE_REACHED", "share07");
    trial.assertRefused(space(vm, 0, 1), "STORAGE_RESERVE_REACHED", "share07");
    trial.assertRefused(space(vm, 5, 1), "STORAGE_RESERVE_REACHED", "share07");
    int before = snapshotCalls();
    trial.assertRefused(space(vm, 10, 500), "STORAGE_RESERVE_REACHED", "share07");
    assertEquals(before, snapshotCalls(), "refused after a snapshot was taken");
    trial.assertSealed(space(vm, 5, 0), "FULL");
    trial.assertSealed(space(vm, 0, 0), "FULL");
  }

  private int snapshotCalls() {
    return bed.cas()
        .lab()
        .get("/lab/journal?kind=rest&match=POST%20/vm/snapshot")
        .path("calls")
        .size();
  }

  private JsonNode space(String vm, int percent, int gib) {
    return trial.backUp(vm, "FULL", Map.of("reservePercent", percent, "reserveGib", gib));
  }

  @Test
  @Tag("CAS-02")
  @DisplayName("S1 table 2, enable CBT: by a full backup, for the incrementals after it")
  void table2Tracking_withoutItTheNextIsFullAgain() {
    String vm = trial.vm("cbt", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of("enableTracking", false));
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    trial.assertSealed(trial.run(job, "INCREMENTAL"), "FULL");
    assertTrue(trial.logCodes(job).contains("FULL_TRACKING_NOT_ENABLED"), trial.logOf(job));
    String tracked = trial.job(vm, Map.of("enableTracking", true));
    trial.assertSealed(trial.run(tracked, "FULL"), "FULL");
    trial.assertSealed(trial.run(tracked, "INCREMENTAL"), "INCREMENTAL");
  }

  @Test
  @Tag("CAS-03")
  @DisplayName("S1 table 2, incremental without CBT: full, skip with an alarm, skip in silence")
  void table2Untracked_fullAlarmOrSilence() {
    String vm = trial.vm("uncbt", "running", disk("raw", "share01"));
    String full = incremental(vm, "FULL");
    trial.assertSealed(trial.run(full, "INCREMENTAL"), "FULL");
    String alarm = incremental(vm, "SKIP_AND_ALARM");
    trial.assertRefused(trial.run(alarm, "INCREMENTAL"), "VM_NOT_TRACKABLE", vm);
    assertEquals("FAILED", trial.newestRun(alarm).path("state").asText());
    ApiProblem unasked = Trial.refusal(() -> incremental(vm, "SKIP_SILENTLY", Map.of()));
    assertEquals("FIELD_MISSING", unasked.error(), unasked.getMessage());
    String silent = incremental(vm, "SKIP_SILENTLY", trial.operator().captcha());
    JsonNode run = trial.operator().ended(trial.operator().start(silent, "INCREMENTAL"));
    assertEquals("DONE", run.path("state").asText(), run.toString());
    assertEquals("", run.path("vms").path(0).path("error").asText(), run.toString());
    assertTrue(trial.logCodes(silent).contains("VM_SKIPPED_UNTRACKED"), trial.logOf(silent));
    assertEquals(
        1, trial.operator().restorePoints(bed.place().platformId(), vm).size(), "the full's only");
  }

  private String incremental(String vm, String untracked) {
    return incremental(vm, untracked, Map.of());
  }

  private String incremental(String vm, String untracked, Map<String, Object> captcha) {
    JsonNode node = trial.operator().vmNode(bed.place().platformId(), vm);
    Map<String, Object> body =
        new HashMap<>(
            Operator.jobBody(
                Bed.name("uncbt"), bed.place(), List.of(node), Map.of("untracked", untracked)));
    body.put("type", "INCREMENTAL");
    body.putAll(captcha);
    return trial.operator().createJob(body);
  }

  @Test
  @Tag("OPT-16")
  @DisplayName("S1 table 2, valid data: what is allocated, or the whole disk")
  void table2ValidData_allocatedAreasOrTheWholeDisk() {
    String vm = trial.vm("valid", "running", disk("qcow2", "share01"));
    JsonNode valid = trial.backUp(vm, "FULL", Map.of("validDataOnly", true));
    assertEquals(2 * MIB, valid.path("readBytes").asLong(), valid.toString());
    JsonNode whole = trial.backUp(vm, "FULL", Map.of("validDataOnly", false));
    assertEquals(16 * MIB, whole.path("readBytes").asLong(), whole.toString());
  }
}
