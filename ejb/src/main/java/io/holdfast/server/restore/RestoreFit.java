package io.holdfast.server.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.restore.RestoreDefinition.Behaviour;
import io.holdfast.server.restore.RestoreDefinition.Hardware;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Options of a restore that do not apply to its mode, and values that no platform takes. What
 * depends on the target's storage is the backup host's to say. Pure.
 */
final class RestoreFit {
  private static final List<String> PREALLOCATIONS = List.of("thin", "lazy-zeroed", "eager-zeroed");
  private static final List<String> FORMATS = List.of("qcow2", "raw");

  /** CAS-14, CAS-17: letters, digits, - _ . only, not starting with - or ., not digits only. */
  private static final Pattern NAME =
      Pattern.compile("(?![0-9]+$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  private static final String NAME_RULE = "A-Z a-z 0-9 - _ .";

  private RestoreFit() {}

  /** Throws INVALID_VALUE naming the field and what it goes with. */
  static void check(RestoreDefinition definition) {
    RestoreMode mode = definition.mode();
    boolean newVm = mode == RestoreMode.NEW_VM;
    boolean overDisks = mode == RestoreMode.ORIGINAL_DISK || mode == RestoreMode.EXISTING_DISK;
    boolean original = overDisks || mode == RestoreMode.ORIGINAL_VM;
    boolean wholeVm = newVm || mode == RestoreMode.ORIGINAL_VM;
    RestoreDefinition.Target target = definition.target();
    onlyWith(newVm || empty(target.hostId()), "host", target.hostId(), "NEW_VM");
    onlyWith(newVm || empty(target.vmName()), "vmName", target.vmName(), "NEW_VM");
    boolean chosenVm = mode == RestoreMode.NEW_DISK || mode == RestoreMode.EXISTING_DISK;
    onlyWith(chosenVm || empty(target.vmId()), "vm", target.vmId(), "NEW_DISK | EXISTING_DISK");
    onlyWith(newVm || definition.networks().isEmpty(), "networks", "…", "NEW_VM");
    Hardware hardware = definition.options().hardware();
    onlyWith(newVm || hardware.equals(Hardware.AS_IT_WAS), "cpuSockets", "…", "NEW_VM");
    Behaviour behaviour = definition.options().behaviour();
    onlyWith(wholeVm || !behaviour.keepMac(), "keepMac", true, "ORIGINAL_VM | NEW_VM");
    onlyWith(
        mode != RestoreMode.NEW_DISK || !behaviour.overwrite(),
        "overwrite",
        true,
        "NEW_VM | ORIGINAL_VM | ORIGINAL_DISK | EXISTING_DISK");
    onlyWith(
        mode == RestoreMode.ORIGINAL_VM || !behaviour.deleteOtherDisks(),
        "deleteOtherDisks",
        true,
        "ORIGINAL_VM");
    onlyWith(
        overDisks || !behaviour.snapshotBefore(),
        "snapshotBefore",
        true,
        "ORIGINAL_DISK | EXISTING_DISK");
    onlyWith(
        original || !behaviour.refuseRunning(),
        "refuseRunning",
        true,
        "ORIGINAL_VM | ORIGINAL_DISK | EXISTING_DISK");
    if (behaviour.rollBack() && !behaviour.snapshotBefore()) {
      throw invalid("rollBack", true, "false (snapshotBefore = false)");
    }
    definition.disks().forEach(disk -> check(disk, original));
    checkMapping(definition);
  }

  private static void check(RestoreDefinition.Disk disk, boolean original) {
    String places = disk.storagePool() + disk.preallocation() + disk.volumeName() + disk.folder();
    onlyWith(!original || empty(places), "disks.storagePool", places, "NEW_VM | NEW_DISK");
    oneOf("disks.preallocation", disk.preallocation(), PREALLOCATIONS);
    oneOf("disks.format", disk.format(), FORMATS);
    name("disks.folder", disk.folder());
    name("disks.volumeName", disk.volumeName());
  }

  /** HIK-04: every disk has a target of its own. */
  private static void checkMapping(RestoreDefinition definition) {
    boolean mapped = definition.mode() == RestoreMode.EXISTING_DISK;
    Set<String> taken = new HashSet<>();
    for (RestoreDefinition.Disk disk : definition.disks()) {
      String target = disk.targetDiskKey();
      onlyWith(mapped || empty(target), "disks.targetDiskKey", target, "EXISTING_DISK");
      if (mapped && empty(target)) {
        throw BackupException.of(ErrorCode.FIELD_MISSING, "field", "disks.targetDiskKey");
      }
      if (mapped && !taken.add(target)) {
        throw invalid("disks.targetDiskKey", target, "1 : 1");
      }
    }
  }

  private static void onlyWith(boolean fits, String field, Object value, String modes) {
    if (!fits) {
      throw invalid(field, value, "(mode = " + modes + ")");
    }
  }

  private static void oneOf(String field, String value, List<String> allowed) {
    if (!empty(value) && !allowed.contains(value)) {
      throw invalid(field, value, String.join(" | ", allowed));
    }
  }

  private static void name(String field, String value) {
    if (!empty(value) && !NAME.matcher(value).matches()) {
      throw invalid(field, value, NAME_RULE);
    }
  }

  private static BackupException invalid(String field, Object value, String expected) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", expected);
  }

  private static boolean empty(String text) {
    return text == null || text.isEmpty();
  }
}
