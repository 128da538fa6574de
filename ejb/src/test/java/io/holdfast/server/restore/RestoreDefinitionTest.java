package io.holdfast.server.restore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.restore.RestoreDefinition.Behaviour;
import io.holdfast.server.restore.RestoreDefinition.Disk;
import io.holdfast.server.restore.RestoreDefinition.Hardware;
import io.holdfast.server.restore.RestoreDefinition.Network;
import io.holdfast.server.restore.RestoreDefinition.Options;
import io.holdfast.server.restore.RestoreDefinition.Patience;
import io.holdfast.server.restore.RestoreDefinition.Target;
import io.holdfast.server.speed.SpeedLimits;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("RST-07")
class RestoreDefinitionTest {
  private static final PlatformId PLATFORM = PlatformId.random();
  private static final Disk DISK = new Disk("vda", "default", "thin", "qcow2", "vol-1", "dir_1");

  @Test
  void aKeptDefinitionComesBackWhole() {
    RestoreDefinition definition =
        new RestoreDefinition(
            UUID.randomUUID(),
            RestoreMode.NEW_VM,
            new Target(PLATFORM, "host-1", "新虚拟机 'a' ../", ""),
            List.of(DISK, Disk.asItWas("vdb"), new Disk("vdc", "", "", "", "", "", "volume-3")),
            List.of(new Network("0c:da:41:1d:00:01", "2", "")),
            new Options(
                new Behaviour(true, true, true, true, true, true, true),
                new Hardware(2, 4, 8192, "host-model"),
                new Parallelism(32, 10, 5, 4),
                1 << 20,
                DataPlaneSettings.preset(),
                SpeedLimits.parse("67,22:00,06:00,0;,08:00,18:00,1048576|*,2097152"),
                new Patience(60, 256, 1800)));
    RestoreDefinitionConverter converter = new RestoreDefinitionConverter();
    assertEquals(
        definition,
        converter.convertToEntityAttribute(converter.convertToDatabaseColumn(definition)));
  }

  @Test
  @Tag("RST-01")
  void whatIsMissingIsNamed() {
    assertEquals("disks", missing(RestoreMode.ORIGINAL_VM, target("", "", ""), List.of()));
    assertEquals("host", missing(RestoreMode.NEW_VM, target("", "a", ""), List.of(DISK)));
    assertEquals("vmName", missing(RestoreMode.NEW_VM, target("h", " ", ""), List.of(DISK)));
    assertEquals("vm", missing(RestoreMode.NEW_DISK, target("", "", ""), List.of(DISK)));
    assertEquals("mode", missing(null, target("", "", ""), List.of(DISK)));
  }

  @Test
  void aDiskIsRestoredOnce() {
    RestoreDefinition twice =
        definition(RestoreMode.ORIGINAL_VM, target("", "", ""), List.of(DISK, DISK));
    BackupException refused = assertThrows(BackupException.class, () -> RestoreRules.check(twice));
    assertEquals(ErrorCode.INVALID_VALUE, refused.code());
    assertEquals("vda", refused.parameters().get("value"));
  }

  @Test
  @Tag("CAS-14")
  @Tag("CAS-17")
  void whatDoesNotApplyToTheModeIsRefusedByName() {
    Disk plain = Disk.asItWas("vda");
    assertEquals(
        "disks.storagePool", invalid(RestoreMode.ORIGINAL_VM, target("", "", ""), List.of(DISK)));
    assertEquals(
        "disks.storagePool", invalid(RestoreMode.ORIGINAL_DISK, target("", "", ""), List.of(DISK)));
    assertEquals("host", invalid(RestoreMode.ORIGINAL_VM, target("h", "", ""), List.of(plain)));
    assertEquals("vmName", invalid(RestoreMode.NEW_DISK, target("", "a", "1"), List.of(plain)));
    assertEquals("vm", invalid(RestoreMode.NEW_VM, target("h", "a", "1"), List.of(plain)));
    for (String bad : List.of("-a", ".a", "123", "a b", "目录", "a/b", "..")) {
      assertEquals(
          "disks.folder",
          invalid(
              RestoreMode.NEW_VM,
              target("h", "a", ""),
              List.of(new Disk("vda", "", "", "", "", bad))),
          bad);
      assertEquals(
          "disks.volumeName",
          invalid(
              RestoreMode.NEW_DISK,
              target("", "", "1"),
              List.of(new Disk("vda", "", "", "", bad, ""))),
          bad);
    }
    assertEquals(
        "disks.preallocation",
        invalid(
            RestoreMode.NEW_VM,
            target("h", "a", ""),
            List.of(new Disk("vda", "", "sparse", "", "", ""))));
    RestoreRules.check(
        definition(
            RestoreMode.NEW_VM,
            target("h", "a", ""),
            List.of(new Disk("vda", "p", "eager-zeroed", "raw", "1a", "_d.1-x"))));
  }

  @Test
  @Tag("CAS-14")
  void hardwareOutOfRangeIsRefusedByName() {
    for (Runnable wrong :
        List.<Runnable>of(
            () -> new Hardware(65, 0, 0, ""),
            () -> new Hardware(0, -1, 0, ""),
            () -> new Hardware(0, 0, 1L << 40, ""))) {
      BackupException refused = assertThrows(BackupException.class, wrong::run);
      assertEquals(ErrorCode.VALUE_OUT_OF_RANGE, refused.code());
    }
    BackupException mode =
        assertThrows(BackupException.class, () -> new Hardware(0, 0, 0, "turbo"));
    assertEquals("cpuMode", mode.parameters().get("field"));
  }

  @Test
  @Tag("CAS-14")
  void aBatchHasNewVmsOfDifferentNames() {
    RestoreDefinition one =
        definition(RestoreMode.NEW_VM, target("h", "a", ""), List.of(Disk.asItWas("vda")));
    RestoreDefinition two =
        definition(RestoreMode.NEW_VM, target("h", "b", ""), List.of(Disk.asItWas("vda")));
    RestoreRules.checkBatch(List.of(one, two));
    BackupException same =
        assertThrows(BackupException.class, () -> RestoreRules.checkBatch(List.of(one, two, one)));
    assertEquals(ErrorCode.ALREADY_EXISTS, same.code());
    RestoreDefinition over =
        definition(RestoreMode.ORIGINAL_VM, target("", "", ""), List.of(Disk.asItWas("vda")));
    BackupException mode =
        assertThrows(BackupException.class, () -> RestoreRules.checkBatch(List.of(one, over)));
    assertEquals("mode", mode.parameters().get("field"));
  }

  private static String invalid(RestoreMode mode, Target target, List<Disk> disks) {
    BackupException refused =
        assertThrows(
            BackupException.class, () -> RestoreRules.check(definition(mode, target, disks)));
    assertEquals(ErrorCode.INVALID_VALUE, refused.code());
    return refused.parameters().get("field");
  }

  private static String missing(RestoreMode mode, Target target, List<Disk> disks) {
    BackupException refused =
        assertThrows(
            BackupException.class, () -> RestoreRules.check(definition(mode, target, disks)));
    assertEquals(ErrorCode.FIELD_MISSING, refused.code());
    return refused.parameters().get("field");
  }

  private static Target target(String host, String vmName, String vm) {
    return new Target(PLATFORM, host, vmName, vm);
  }

  private static RestoreDefinition definition(RestoreMode mode, Target target, List<Disk> disks) {
    return new RestoreDefinition(
        UUID.randomUUID(), mode, target, disks, List.of(), Options.preset());
  }
}
