package io.holdfast.server.restore;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.error.BackupException;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.policy.DataPlane;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.restore.RestoreDefinition.Behaviour;
import io.holdfast.server.restore.RestoreDefinition.Disk;
import io.holdfast.server.restore.RestoreDefinition.Options;
import io.holdfast.server.restore.RestoreDefinition.Target;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("HIK-04")
class KindRestoresTest {
  private static final KindRestores CLOUD = KindRestores.of(PlatformKind.HIKVISION_EDGE_CLOUD);
  private static final KindRestores CAS = KindRestores.of(PlatformKind.H3C_CAS);

  @Test
  void edgeCloudWritesOverDisksThatAreThereAndMakesNothing() {
    for (RestoreMode mode : RestoreMode.values()) {
      boolean can = mode == RestoreMode.ORIGINAL_DISK || mode == RestoreMode.EXISTING_DISK;
      if (can) {
        assertDoesNotThrow(() -> CLOUD.check(of(mode, Behaviour.PRESET)));
      } else {
        assertEquals("mode", refused(CLOUD, of(mode, Behaviour.PRESET)));
      }
    }
    assertEquals("mode", refused(CAS, of(RestoreMode.EXISTING_DISK, Behaviour.PRESET)));
  }

  @Test
  @Tag("HIK-05")
  void aSnapshotBeforeGoesWithEdgeCloudOnly() {
    Behaviour safe = new Behaviour(false, true, false, false, true, true, false);
    assertDoesNotThrow(() -> CLOUD.check(of(RestoreMode.ORIGINAL_DISK, safe)));
    assertEquals("snapshotBefore", refused(CAS, of(RestoreMode.ORIGINAL_DISK, safe)));
  }

  @Test
  @Tag("HIK-03")
  void edgeCloudHasOneWayToItsDisks() {
    Options preset = Options.preset();
    DataPlaneSettings usual = DataPlaneSettings.preset();
    DataPlaneSettings nbd =
        new DataPlaneSettings(
            DataPlane.NBD,
            usual.bufferBytes(),
            usual.connectTimeoutSeconds(),
            usual.sdkLogLevel(),
            usual.preferredNetwork());
    Options options =
        new Options(
            preset.behaviour(),
            preset.hardware(),
            preset.parallelism(),
            preset.transferBytes(),
            nbd,
            preset.limits(),
            preset.patience());
    RestoreDefinition wanted = of(RestoreMode.ORIGINAL_DISK, options, "");
    assertEquals("dataPlane", refused(CLOUD, wanted));
    assertDoesNotThrow(() -> CAS.check(wanted));
  }

  @Test
  void everyDiskHasATargetOfItsOwn() {
    assertDoesNotThrow(() -> RestoreRules.check(mapped("a", "b")));
    assertEquals("disks.targetDiskKey", wrong(mapped("a", "")));
    assertEquals("disks.targetDiskKey", wrong(mapped("a", "a")));
    assertEquals(
        "disks.targetDiskKey", wrong(of(RestoreMode.ORIGINAL_DISK, Options.preset(), "a")));
  }

  @Test
  @Tag("HIK-05")
  void rollingBackNeedsASnapshot() {
    Behaviour without = new Behaviour(false, true, false, false, false, true, false);
    assertEquals("rollBack", wrong(of(RestoreMode.ORIGINAL_DISK, without)));
    Behaviour newVm = new Behaviour(false, false, false, false, true, false, false);
    assertEquals("snapshotBefore", wrong(of(RestoreMode.ORIGINAL_VM, newVm)));
  }

  @Test
  void onlyWhatIsWrittenOverCanBeRefusedForRunning() {
    Behaviour over = new Behaviour(false, true, false, false, false, false, true);
    assertDoesNotThrow(() -> RestoreRules.check(of(RestoreMode.ORIGINAL_DISK, over)));
    assertDoesNotThrow(() -> RestoreRules.check(of(RestoreMode.ORIGINAL_VM, over)));
    Behaviour beside = new Behaviour(false, false, false, false, false, false, true);
    RestoreDefinition overDisk = of(RestoreMode.ORIGINAL_DISK, beside);
    RestoreDefinition newDisk =
        new RestoreDefinition(
            overDisk.restorePointId(),
            RestoreMode.NEW_DISK,
            new Target(overDisk.target().platformId(), "", "", "vm"),
            overDisk.disks(),
            overDisk.networks(),
            overDisk.options());
    assertEquals("refuseRunning", wrong(newDisk));
  }

  private static RestoreDefinition mapped(String first, String second) {
    return new RestoreDefinition(
        UUID.randomUUID(),
        RestoreMode.EXISTING_DISK,
        new Target(PlatformId.random(), "", "", "vm"),
        List.of(
            new Disk("1", "", "", "", "", "", first), new Disk("2", "", "", "", "", "", second)),
        List.of(),
        Options.preset());
  }

  private static RestoreDefinition of(RestoreMode mode, Behaviour behaviour) {
    Options preset = Options.preset();
    return of(
        mode,
        new Options(
            behaviour,
            preset.hardware(),
            preset.parallelism(),
            preset.transferBytes(),
            preset.dataPlane(),
            preset.limits(),
            preset.patience()),
        "");
  }

  private static RestoreDefinition of(RestoreMode mode, Options options, String target) {
    return new RestoreDefinition(
        UUID.randomUUID(),
        mode,
        new Target(PlatformId.random(), "", "", ""),
        List.of(new Disk("1", "", "", "", "", "", target)),
        List.of(),
        options);
  }

  private static String refused(KindRestores kind, RestoreDefinition definition) {
    return assertThrows(BackupException.class, () -> kind.check(definition))
        .parameters()
        .get("field");
  }

  private static String wrong(RestoreDefinition definition) {
    return assertThrows(BackupException.class, () -> RestoreRules.check(definition))
        .parameters()
        .get("field");
  }
}
