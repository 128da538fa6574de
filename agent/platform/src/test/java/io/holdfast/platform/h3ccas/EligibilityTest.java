package io.holdfast.platform.h3ccas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.agent.protocol.SnapshotType;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.NoticeCode;
import io.holdfast.platform.spi.BackupEligibility;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("CAS-06")
class EligibilityTest {
  private static final String RUNNING = "2";
  private static final String OFF = "3";
  private static final String PAUSED = "4";
  private static final String BLOCK = ",\"fileType\":\"block\",\"poolType\":\"iscsi\"";
  private static final String ONLY_OFF = "; it can only be backed up while it is shut off";
  private static final String INDEPENDENT = ",\"diskMode\":\"independent-persistent\"";

  private final ScriptedCvm cvm = new ScriptedCvm();

  @AfterEach
  void stop() {
    cvm.close();
  }

  private BackupEligibility judge(String status, SnapshotType wanted, String... disks) {
    Texts.vm(cvm, status, "", disks.length == 1 ? disks[0] : "[" + String.join(",", disks) + "]");
    return cvm.connect().eligibility("1", wanted);
  }

  private BackupException refused(String status, SnapshotType wanted, String... disks) {
    return assertThrows(BackupException.class, () -> judge(status, wanted, disks));
  }

  private static String qcow2(String device) {
    return Texts.disk(device, "qcow2", "");
  }

  @Test
  void pausedAndUnknownVmsAreRefused() {
    for (String status : new String[] {PAUSED, "1", "0", "77"}) {
      BackupException e = refused(status, SnapshotType.SNAPSHOT_ADAPTIVE, qcow2("vda"));
      assertEquals(ErrorCode.VM_STATE_REFUSED, e.code());
      assertEquals("门户 (web-01)", e.parameters().get("vm"));
    }
    assertTrue(
        refused(PAUSED, SnapshotType.SNAPSHOT_ADAPTIVE, qcow2("vda"))
            .message(Locale.ENGLISH)
            .contains("paused"));
  }

  @Test
  void migratingVmIsRefused() {
    Texts.vm(cvm, RUNNING, ",\"migrating\":\"1\"", qcow2("vda"));
    BackupException e =
        assertThrows(
            BackupException.class,
            () -> cvm.connect().eligibility("1", SnapshotType.SNAPSHOT_ADAPTIVE));
    assertEquals(ErrorCode.VM_STATE_REFUSED, e.code());
    assertEquals("being migrated", e.parameters().get("state"));
  }

  @Test
  void encryptedDiskIsNamed() {
    BackupException e =
        refused(
            RUNNING,
            SnapshotType.SNAPSHOT_INTERNAL,
            qcow2("vda"),
            Texts.disk("vdb", "qcow2", ",\"encrypted\":\"1\""));
    assertEquals(ErrorCode.SNAPSHOT_UNSUPPORTED, e.code());
    assertTrue(e.message(Locale.ENGLISH).contains("vdb"), e.message(Locale.ENGLISH));
    assertTrue(e.message(Locale.ENGLISH).contains("LUKS"));
  }

  @Test
  @Tag("CAS-05")
  void adaptiveIsExternalAndFallsBackToInternal() {
    assertEquals(
        SnapshotType.SNAPSHOT_EXTERNAL,
        judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, qcow2("vda")).snapshotType());
    assertEquals(
        SnapshotType.SNAPSHOT_INTERNAL,
        judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, Texts.disk("vda", "qcow2", BLOCK))
            .snapshotType());
    assertEquals(
        SnapshotType.SNAPSHOT_EXTERNAL,
        judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, Texts.disk("vda", "raw", ""))
            .snapshotType());
  }

  @Test
  @Tag("CAS-05")
  void forcedKindsFailClearly() {
    BackupException internal =
        refused(RUNNING, SnapshotType.SNAPSHOT_INTERNAL, Texts.disk("vdb", "raw", ""));
    assertEquals(ErrorCode.SNAPSHOT_UNSUPPORTED, internal.code());
    assertEquals("internal - vdb: raw", Texts.cause(internal));
    BackupException external =
        refused(RUNNING, SnapshotType.SNAPSHOT_EXTERNAL, Texts.disk("vda", "qcow2", BLOCK));
    assertEquals("external - vda: block device", Texts.cause(external));
  }

  @Test
  void disksWithoutACommonKindAndRawBlockDisksAreRefused() {
    BackupException e =
        refused(
            RUNNING,
            SnapshotType.SNAPSHOT_ADAPTIVE,
            Texts.disk("vda", "qcow2", BLOCK),
            Texts.disk("vdb", "raw", ""));
    assertEquals(ErrorCode.SNAPSHOT_UNSUPPORTED, e.code());
    assertEquals("external - vda: block device; internal - vdb: raw" + ONLY_OFF, Texts.cause(e));
    assertEquals(
        ErrorCode.SNAPSHOT_UNSUPPORTED,
        refused(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, Texts.disk("vda", "raw", BLOCK)).code());
  }

  @Test
  void rawOnRbdIsWhatThePlatformSays() {
    String rbd = ",\"fileType\":\"block\",\"poolType\":\"rbd\"";
    cvm.on("GET /vm/1/snapshotCapability", "{\"internal\":\"true\",\"external\":\"false\"}");
    BackupEligibility allowed =
        judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, Texts.disk("vda", "raw", rbd));
    assertEquals(SnapshotType.SNAPSHOT_INTERNAL, allowed.snapshotType());
    assertFalse(allowed.disks().get(0).trackable());
  }

  @Test
  void platformsOwnReasonsAreNamed() {
    cvm.on(
        "GET /vm/1/snapshotCapability",
        "{\"internal\":\"false\",\"external\":\"false\",\"reasons\":["
            + "{\"type\":\"external\",\"device\":\"vda\",\"reason\":\"release\"},"
            + "{\"type\":\"internal\",\"device\":\"vda\",\"reason\":\"release\"}]}");
    BackupException e = refused(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, qcow2("vda"));
    assertEquals(
        "external - vda: \"release\"; internal - vda: \"release\"" + ONLY_OFF, Texts.cause(e));
  }

  @Test
  @Tag("CAS-07")
  void independentDisksAreLeftOutOfExternalSnapshotsOnly() {
    String independent = Texts.disk("vdb", "qcow2", INDEPENDENT);
    BackupEligibility external =
        judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, qcow2("vda"), independent);
    assertEquals(SnapshotType.SNAPSHOT_EXTERNAL, external.snapshotType());
    assertTrue(external.disks().get(0).included());
    assertFalse(external.disks().get(1).included());
    assertEquals(
        NoticeCode.DISK_EXCLUDED_INDEPENDENT.name(),
        external.disks().get(1).excludedBecause().getCode());
    BackupEligibility internal =
        judge(RUNNING, SnapshotType.SNAPSHOT_INTERNAL, qcow2("vda"), independent);
    assertTrue(internal.disks().get(1).included());
  }

  @Test
  @Tag("CAS-07")
  void vmOfIndependentDisksOnlyTakesAnInternalSnapshot() {
    BackupEligibility only =
        judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, Texts.disk("vda", "qcow2", INDEPENDENT));
    assertEquals(SnapshotType.SNAPSHOT_INTERNAL, only.snapshotType());
    assertTrue(only.disks().get(0).included());
  }

  @Test
  void vmWithoutDiskIsRefused() {
    assertEquals(
        ErrorCode.VM_HAS_NO_DISK, refused(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, "[]").code());
  }

  @Test
  @Tag("CAS-02")
  void trackingIsOnWhenItIsValidForAllDisksThatCanHaveIt() {
    String valid = "{\"enabled\":\"true\",\"valid\":\"true\",\"disks\":{\"device\":\"vda\"}}";
    cvm.on("GET /vm/1/cbt", valid);
    String raw = Texts.disk("vdb", "raw", "");
    BackupEligibility on = judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, qcow2("vda"), raw);
    assertTrue(on.trackingEnabled());
    assertTrue(on.disks().get(0).trackable());
    assertFalse(on.disks().get(1).trackable());
    assertFalse(
        judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, qcow2("vda"), qcow2("vdb"))
            .trackingEnabled());
    cvm.now(
        "GET /vm/1/cbt",
        "{\"enabled\":\"true\",\"valid\":\"false\",\"disks\":{\"device\":\"vda\"}}");
    assertFalse(judge(RUNNING, SnapshotType.SNAPSHOT_ADAPTIVE, qcow2("vda")).trackingEnabled());
  }

  @Test
  void releaseE0760TracksNoRunningVm() {
    Texts.vm(cvm, RUNNING, "", qcow2("vda"))
        .now("GET /host/id/1", "{\"id\":\"1\",\"ip\":\"127.0.0.1\",\"version\":\"E0760P02\"}")
        .on("GET /vm/1/cbt", "{\"enabled\":true,\"valid\":true,\"disks\":{\"device\":\"vda\"}}");
    BackupEligibility old = cvm.connect().eligibility("1", SnapshotType.SNAPSHOT_ADAPTIVE);
    assertFalse(old.trackingEnabled());
    assertEquals(NoticeCode.TRACKING_UNAVAILABLE.name(), old.notices().get(0).getCode());
    assertTrue(old.notices().get(0).getParametersMap().get("cause").contains("E0760P02"));
  }

  @Test
  void shutOffVmIsBackedUpWithoutTracking() {
    BackupEligibility off = judge(OFF, SnapshotType.SNAPSHOT_ADAPTIVE, qcow2("vda"));
    assertTrue(off.disks().get(0).included());
    assertFalse(off.disks().get(0).trackable());
  }
}
