package io.holdfast.system.restrictions;

import static io.holdfast.system.restrictions.Trial.disk;
import static io.holdfast.system.restrictions.Trial.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S1 table 7, "backup", and the lines of "environment" that speak of backups. */
@Tag("CAS-06")
class BackupRestrictionsTest extends GuideRows {
  private static final Map<String, Object> NOTHING = Map.of();

  @Test
  void row01_thereIsNoSyntheticBackup() {
    String vm = trial.vm("b01", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, NOTHING);
    assertEquals(422, Trial.refusal(() -> trial.operator().start(job, "SYNTHETIC")).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ADAPTIVE", "EXTERNAL", "INTERNAL"})
  void row04_anEncryptedDiskIsRefusedByItsName(String snapshot) {
    String vm =
        trial.vm(
            "b04",
            "running",
            disk("qcow2", "share01"),
            with(with(disk("qcow2", "share01"), "content", List.of()), "encrypted", true));
    trial.assertRefused(
        trial.backUp(vm, "FULL", Map.of("snapshotType", snapshot)), "SNAPSHOT_UNSUPPORTED", "vdb");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lun01", "fc1", "lvm1"})
  @Tag("CAS-05")
  void row05and10_rawOnABlockPoolIsBackedUpOfflineOnly(String pool) {
    String vm = trial.vm("b10", "running", disk("raw", pool));
    String job = trial.job(vm, NOTHING);
    trial.assertRefused(trial.run(job, "FULL"), "SNAPSHOT_UNSUPPORTED", "vda");
    bed.cas().enter(vm, "shutOff");
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
  }

  @Test
  @Tag("CAS-02")
  @Tag("CAS-04")
  void row07_withoutCbtEveryBackupIsFull() {
    String vm = trial.vm("b07", "running", disk("raw", "share01"));
    String job = trial.job(vm, NOTHING);
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    trial.assertSealed(trial.run(job, "INCREMENTAL"), "FULL");
    assertTrue(trial.logCodes(job).contains("TRACKING_UNAVAILABLE"), "" + trial.logCodes(job));
  }

  @Test
  @Tag("CAS-04")
  void row08_aPowerCycleMakesTheNextBackupFull() {
    String vm = trial.vm("b08", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, NOTHING);
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    trial.assertSealed(trial.run(job, "INCREMENTAL"), "INCREMENTAL");
    bed.cas().enter(vm, "shutOff");
    bed.cas().enter(vm, "running");
    trial.assertSealed(trial.run(job, "INCREMENTAL"), "FULL");
    assertTrue(trial.logCodes(job).contains("FULL_TRACKING_LOST"), trial.logCodes(job).toString());
  }

  @Test
  @Tag("CAS-05")
  void row11_allDisksRawOnRbdAreBackedUpOnlineInFull() {
    String vm = trial.vm("b11", "running", disk("raw", "rbd1"), disk("raw", "rbd1"));
    String job = trial.job(vm, NOTHING);
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    trial.assertSealed(trial.run(job, "INCREMENTAL"), "FULL");
  }

  @ParameterizedTest
  @CsvSource({
    "running, ADAPTIVE, true",
    "running, EXTERNAL, true",
    "running, INTERNAL, false",
    "shutOff, ADAPTIVE, true"
  })
  @Tag("CAS-05")
  void row12_rawInAFileOnlyByExternalSnapshotOrOffline(
      String state, String snapshot, boolean possible) {
    String vm = trial.vm("b12", state, disk("raw", "nfs01"), disk("qcow2", "share01"));
    JsonNode task = trial.backUp(vm, "FULL", Map.of("snapshotType", snapshot));
    if (possible) {
      trial.assertSealed(task, "FULL");
    } else {
      trial.assertRefused(task, "SNAPSHOT_UNSUPPORTED", "vda");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"paused", "migrating"})
  void row14and15_pausedAndMigratingVmsAreRefusedAndWorkAfterwards(String state) {
    String vm = trial.vm("b15", state, disk("qcow2", "share01"));
    String job = trial.job(vm, Map.of("retryTimes", 0));
    trial.assertRefused(trial.run(job, "FULL"), "VM_STATE_REFUSED");
    bed.cas().enter(vm, state.equals("paused") ? "running" : "settled");
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
  }

  @Test
  @Tag("OPT-16")
  void row16_withoutValidDataTheWholeDiskIsRead() {
    String vm = trial.vm("b16", "running", disk("qcow2", "share01"));
    bed.cas().fault(Map.of("action", "no-valid-data"));
    String job = trial.job(vm, Map.of("validDataOnly", true));
    JsonNode task = trial.run(job, "FULL");
    trial.assertSealed(task, "FULL");
    assertEquals(16 * Trial.MIB, task.path("readBytes").asLong(), task.toString());
    assertTrue(trial.logCodes(job).contains("WHOLE_DISK_READ"), trial.logCodes(job).toString());
  }

  @Test
  @Tag("CAS-05")
  void row22_aSnapshotThatFailsFailsTheBackupOfAnOfflineVm() {
    String vm = trial.vm("b22", "shutOff", disk("qcow2", "share01"));
    bed.cas()
        .fault(
            Map.of("match", "POST /vm/snapshot", "action", "task-fails", "code", 1302, "times", 0));
    JsonNode task = trial.backUp(vm, "FULL", Map.of("retryTimes", 0));
    assertEquals("FAILED", task.path("state").asText(), task.toString());
    assertEquals(0, bed.cas().snapshots(vm).size());
  }

  @Test
  @Tag("CAS-07")
  void environment01_independentDisksAreLeftOutOfExternalSnapshotsAndSaidSo() {
    String vm =
        trial.vm(
            "e01",
            "running",
            disk("qcow2", "share01"),
            with(disk("qcow2", "share01"), "diskMode", "independent-persistent"));
    String job = trial.job(vm, Map.of("snapshotType", "EXTERNAL"));
    JsonNode task = trial.run(job, "FULL");
    trial.assertSealed(task, "FULL");
    assertTrue(!task.path("disks").get(1).path("excluded").asText().isEmpty(), task.toString());
    assertEquals(1, trial.point(vm).path("disks").size());
  }

  @Test
  @Tag("CAS-07")
  void environment01_independentDisksAreInInternalSnapshots() {
    String vm =
        trial.vm(
            "e01i",
            "running",
            with(disk("qcow2", "share01"), "diskMode", "independent-persistent"));
    trial.assertRefused(
        trial.backUp(vm, "FULL", Map.of("snapshotType", "EXTERNAL")), "SNAPSHOT_UNSUPPORTED");
    trial.assertSealed(trial.backUp(vm, "FULL", Map.of("snapshotType", "INTERNAL")), "FULL");
    assertEquals(1, trial.point(vm).path("disks").size());
  }

  @Test
  @Tag("CAS-05")
  void environment09_disksWithoutACommonSnapshotModeAreRefusedNamingThem() {
    String vm = trial.vm("e09", "running", disk("raw", "nfs01"), disk("raw", "lun01"));
    trial.assertRefused(trial.backUp(vm, "FULL", NOTHING), "SNAPSHOT_UNSUPPORTED", "vda", "vdb");
  }

  @Test
  @Tag("CAS-05")
  void environment10_adaptiveTakesTheExternalSnapshot() {
    String vm = trial.vm("e10", "running", disk("qcow2", "share01"));
    String job = trial.job(vm, NOTHING);
    trial.assertSealed(trial.run(job, "FULL"), "FULL");
    JsonNode calls =
        bed.cas().lab().get("/lab/journal?kind=rest&match=POST%20/vm/snapshot.*").path("calls");
    assertTrue(calls.size() > 0, calls.toString());
  }

  @Test
  @Tag("INV-03")
  void environment12_restorePointsShowTheName() {
    String vm = trial.vm("e12", Map.of(), disk("qcow2", "share01"));
    bed.cas().lab().post("/lab/vm/" + vm + "/rename", Map.of("title", "显示名 " + vm));
    trial.assertSealed(trial.backUp(vm, "FULL", NOTHING), "FULL");
    assertEquals(vm, trial.point(vm).path("vmName").asText());
  }
}
