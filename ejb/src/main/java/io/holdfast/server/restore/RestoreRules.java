package io.holdfast.server.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a restore definition must have, whatever the platform says later. Pure. */
final class RestoreRules {
  private static final int VM_NAME_LENGTH = 250;

  private RestoreRules() {}

  /** Throws FIELD_MISSING or INVALID_VALUE naming the field. */
  static void check(RestoreDefinition definition) {
    require("restorePoint", definition.restorePointId() != null);
    require("mode", definition.mode() != null);
    require("target", definition.target() != null);
    require("platform", definition.target().platformId() != null);
    require("options", definition.options() != null);
    require("disks", !definition.disks().isEmpty());
    Set<String> keys = new HashSet<>();
    for (RestoreDefinition.Disk disk : definition.disks()) {
      require("diskKey", hasText(disk.diskKey()));
      if (!keys.add(disk.diskKey())) {
        throw invalid("disks", disk.diskKey(), "each disk once");
      }
    }
    checkTarget(definition.mode(), definition.target());
    RestoreFit.check(definition);
  }

  /** What a batch must have: new VMs of different names on one platform (CAS-14). */
  static void checkBatch(List<RestoreDefinition> definitions) {
    definitions.forEach(RestoreRules::check);
    Set<String> names = new HashSet<>();
    List<RestoreDefinition> batch = definitions.size() > 1 ? definitions : List.of();
    for (RestoreDefinition definition : batch) {
      if (definition.mode() != RestoreMode.NEW_VM) {
        throw invalid("mode", definition.mode().name(), RestoreMode.NEW_VM.name());
      }
      if (!definition.target().platformId().equals(definitions.get(0).target().platformId())) {
        throw invalid(
            "platform",
            definition.target().platformId().value(),
            definitions.get(0).target().platformId().value());
      }
      if (!names.add(definition.target().vmName())) {
        throw BackupException.of(
            ErrorCode.ALREADY_EXISTS, "what", "VM", "name", definition.target().vmName());
      }
    }
  }

  private static void checkTarget(RestoreMode mode, RestoreDefinition.Target target) {
    if (mode == RestoreMode.NEW_VM) {
      require("host", hasText(target.hostId()));
      require("vmName", hasText(target.vmName()));
      String name = target.vmName();
      if (name.length() > VM_NAME_LENGTH || name.chars().anyMatch(Character::isISOControl)) {
        throw invalid("vmName", name.substring(0, Math.min(40, name.length())), "1-250");
      }
    }
    if (mode == RestoreMode.NEW_DISK || mode == RestoreMode.EXISTING_DISK) {
      require("vm", hasText(target.vmId()));
    }
  }

  private static void require(String field, boolean present) {
    if (!present) {
      throw BackupException.of(ErrorCode.FIELD_MISSING, "field", field);
    }
  }

  private static BackupException invalid(String field, String value, String expected) {
    return BackupException.of(
        ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", expected);
  }

  private static boolean hasText(String text) {
    return text != null && !text.isBlank();
  }
}
