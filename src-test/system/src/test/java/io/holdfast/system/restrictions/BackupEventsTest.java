package io.holdfast.system.restrictions;

import static io.holdfast.system.restrictions.Trial.disk;
import static io.holdfast.system.restrictions.Trial.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.system.Bed;
import io.holdfast.system.bed.ApiProblem;
import io.holdfast.system.bed.Operator;
import io.holdfast.system.bed.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S1 table 7, "backup": what happens before, while and after a backup is at work. */
class BackupEventsTest extends GuideRows {
  private static final Pattern HAN = Pattern.compile("\\p{IsHan}");

  @Test
  @Tag("CAS-24")
  @DisplayName("S1 table 7, backup 9: a disk on a bus without hot plug, before the restart")
  void backup09_aDiskThatTheGuestHasAfterARestartOnly() {
    String vm = trial.vm("b09", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of());
    Map<String, Object> added = with(disk("qcow2", "share01"), "targetBus", "ide");
    bed.cas().lab().post("/lab/vm/" + vm + "/disk", with(added, "afterRestart", true));
    trial.assertRefused(
        trial.run(job, "FULL"), "DISK_NOT_IN_SNAPSHOT", "hda", "shut down and started");
    bed.cas().enter(vm, "shutOff");
    bed.cas().enter(vm, "running");
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    assertEquals(2, trial.point(vm).path("disks").size());
  }

  @Test
  @Tag("CAS-24")
  @DisplayName("S1 table 7, backup 13: a VM restored over its original path, by the same job")
  void backup13_theJobGoesOnAfterARestoreOverTheOriginal() {
    String vm =
        trial.vm("b13", Map.of("state", "running", "shutdown", "100"), disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of());
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    Map<String, Object> definition = trial.toOriginal(trial.point(vm));
    definition.put("startAfter", true);
    trial.restored(definition);
    assertEquals("running", trial.power(vm));
    trial.assertSealed(trial.run(job, "INCREMENTAL"), "FULL");
    assertTrue(trial.logCodes(job).contains("FULL_TRACKING_LOST"), trial.logOf(job));
    trial.assertSealed(trial.run(job, "INCREMENTAL"), "INCREMENTAL");
  }

  @Test
  @Tag("CAS-05")
  @Tag("JOB-05")
  @DisplayName(
      "S1 table 7, backup 19 and 20: the snapshot lives as long as the backup; no retry of a run"
          + " at work or of a deleted job")
  void backup19and20_theSnapshotGoesWithTheRunAndRetriesNeedAJob() {
    String vm = trial.vm("b19", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, Trial.holding(Map.of()));
    String run = trial.held(vm, trial.operator().start(job, "FULL"));
    assertEquals(1, bed.cas().snapshots(vm).size());
    ApiProblem atWork = Trial.refusal(() -> retry(run));
    assertEquals("JOB_RUNNING", atWork.error(), atWork.getMessage());
    bed.cas()
        .fault(Map.of("match", "data-plane read", "action", "io-error", "errno", 5, "times", 0));
    trial.letGo(run);
    JsonNode failed = trial.operator().ended(run);
    assertEquals("FAILED", failed.path("state").asText(), failed.toString());
    assertEquals(List.of(), bed.cas().snapshots(vm), "after a failure");
    bed.cas().clearFaults();
    String again = trial.held(vm, retry(run));
    assertEquals(1, bed.cas().snapshots(vm).size());
    trial.letGo(again);
    trial.operator().done(again);
    assertEquals(List.of(), bed.cas().snapshots(vm), "after a success");
    bed.api().delete("/jobs/" + job);
    ApiProblem gone = Trial.refusal(() -> retry(run));
    assertEquals("NOT_FOUND", gone.error(), gone.getMessage());
  }

  private String retry(String run) {
    return bed.api().post("/runs/" + run + "/retry", Map.of()).path("id").asText();
  }

  @Test
  @Tag("CAS-06")
  @DisplayName("S1 table 7, backup 23: a VM that another backup host is backing up")
  void backup23_theSnapshotOfAnotherBackupHostIsNamedAndLeftAlone() {
    String vm = trial.vm("b23", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of());
    String theirs = "holdfast-" + UUID.randomUUID();
    bed.cas().lab().post("/lab/vm/" + vm + "/snapshot", Map.of("name", theirs, "external", true));
    JsonNode task = trial.run(job, "FULL");
    assertEquals("VM_IN_BACKUP", task.path("error").asText(), task.toString());
    assertTrue(task.path("message").asText().contains(theirs), task.toString());
    assertEquals(List.of(theirs), bed.cas().snapshots(vm));
    bed.cas().lab().delete("/lab/vm/" + vm + "/snapshot/" + theirs);
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"running", "shutOff"})
  @Tag("CAS-06")
  @DisplayName("S1 table 7, environment 2: LUKS in qcow2, whether the VM runs or not")
  void environment02_luksIsRefusedWhateverTheVmsState(String state) {
    String vm =
        trial.vm(
            "e02",
            state,
            with(with(disk("qcow2", "share01"), "content", List.of()), "encrypted", true));
    JsonNode task = trial.backUp(vm, "FULL", Map.of());
    trial.assertRefused(task, "SNAPSHOT_UNSUPPORTED", "vda", "LUKS");
  }

  @Test
  @Tag("CAS-02")
  @DisplayName(
      "S1 table 7, environment 3: a VM is tracked when its disks are qcow2; which is not, is said")
  void environment03_theDiskThatCannotBeTrackedIsNamedBeforeTheRun() {
    String mixed = trial.vm("e03", "running", disk("qcow2", "share01"), disk("raw", "share01"));
    JsonNode check = bed.api().post("/jobs/" + trial.job(mixed, Map.of()) + "/check", Map.of());
    String notices = check.path(0).path("notices").toString();
    assertTrue(notices.contains("vdb") && notices.contains("raw"), check.toString());
    assertFalse(notices.contains("vda"), check.toString());
  }

  @Test
  @Tag("JOB-03")
  @Tag("JOB-07")
  @DisplayName(
      "S1 table 7, environment 5: what went wrong is read in the run's log, both languages")
  void environment05_theReasonIsInTheLogInBothLanguages() {
    String vm = trial.vm("e05", "paused", disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of());
    trial.assertRefused(trial.run(job, "FULL"), "VM_STATE_REFUSED");
    assertTrue(trial.logOf(job).contains("paused"), trial.logOf(job));
    JsonNode alarms =
        Waiting.until(
            "an alarm of " + vm,
            Duration.ofSeconds(30),
            () -> bed.api().get("/alarms?kind=FAILED"),
            list -> list.path("items").toString().contains("\"" + vm + "\""));
    assertTrue(alarms.toString().contains("VM_STATE_REFUSED"), alarms.toString());
    try {
      bed.api().speaking("zh");
      assertTrue(HAN.matcher(trial.logOf(job)).find(), trial.logOf(job));
    } finally {
      bed.api().speaking("en");
    }
  }

  @Test
  @Tag("INV-05")
  @DisplayName("S1 table 7, environment 11: a rule that name or title matches leaves the VM out")
  void environment11_aRuleLeavesOutByNameAndByTitle() {
    String byName = trial.vm("e11-temp", "shutOff", disk("qcow2", "share01"));
    String byTitle = trial.vm("e11-b", "shutOff", disk("qcow2", "share01"));
    String in = trial.vm("e11-c", "shutOff", disk("qcow2", "share01"));
    bed.cas().lab().post("/lab/vm/" + byName + "/rename", Map.of("title", "业务 " + byName));
    bed.cas().lab().post("/lab/vm/" + byTitle + "/rename", Map.of("title", "排除 " + byTitle));
    Operator operator = trial.operator();
    List<JsonNode> nodes = new ArrayList<>();
    for (String vm : List.of(byName, byTitle, in)) {
      nodes.add(operator.vmNode(bed.place().platformId(), vm));
    }
    Map<String, Object> body = Operator.jobBody(Bed.name("e11 job"), bed.place(), nodes, Map.of());
    body.put("exclusions", Map.of("patterns", List.of("e11-temp*", "排除*")));
    String job = operator.createJob(body);
    JsonNode task = trial.run(job, "FULL");
    assertEquals(in, task.path("vmName").asText(), task.toString());
    trial.assertSealed(task, "FULL");
    assertTrue(trial.logCodes(job).contains("RUN_VMS_EXCLUDED"), trial.logOf(job));
  }
}
