package io.holdfast.server.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.inventory.PlatformKind;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.KindOptions;
import io.holdfast.server.policy.Parallelism;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What restores to a kind of platform can be. What a kind does not have is not shown, and refused.
 *
 * @param modes where they can go, the usual one first
 * @param hasDataPlane whether there is a choice how bytes get there (CAS-08, CAS-09)
 * @param hasSnapshotBefore whether a snapshot is taken before something is overwritten (HIK-05)
 * @param parallelism what a new one starts with (OPT-05, OPT-06)
 */
public record KindRestores(
    List<RestoreMode> modes,
    boolean hasDataPlane,
    boolean hasSnapshotBefore,
    Parallelism parallelism) {
  private static final Map<PlatformKind, KindRestores> ALL = new EnumMap<>(PlatformKind.class);

  static {
    ALL.put(
        PlatformKind.H3C_CAS,
        new KindRestores(
            List.of(
                RestoreMode.NEW_VM,
                RestoreMode.ORIGINAL_VM,
                RestoreMode.ORIGINAL_DISK,
                RestoreMode.NEW_DISK),
            true,
            false,
            Parallelism.preset()));
    // S2 6.2, table 7: disks of VMs that are there; nothing is made.
    ALL.put(
        PlatformKind.HIKVISION_EDGE_CLOUD,
        new KindRestores(
            List.of(RestoreMode.EXISTING_DISK, RestoreMode.ORIGINAL_DISK),
            false,
            true,
            KindOptions.of(PlatformKind.HIKVISION_EDGE_CLOUD).preset().parallelism()));
  }

  /** Those of a kind. */
  public static KindRestores of(PlatformKind kind) {
    return ALL.get(kind);
  }

  /** Throws INVALID_VALUE naming what restores to this kind do not have. */
  void check(RestoreDefinition definition) {
    require(modes.contains(definition.mode()), "mode", definition.mode(), modes);
    RestoreDefinition.Behaviour behaviour = definition.options().behaviour();
    require(
        hasSnapshotBefore || !behaviour.snapshotBefore(),
        "snapshotBefore",
        behaviour.snapshotBefore(),
        false);
    DataPlaneSettings preset = DataPlaneSettings.preset();
    require(
        hasDataPlane || definition.options().dataPlane().equals(preset),
        "dataPlane",
        definition.options().dataPlane(),
        preset);
  }

  private static void require(boolean fits, String field, Object value, Object expected) {
    if (!fits) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE, "field", field, "value", value, "expected", expected);
    }
  }
}
