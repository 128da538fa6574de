package io.holdfast.server.policy;

import java.util.Objects;

/**
 * What is read of a VM and how the platform is asked for it.
 *
 * @param validDataOnly read allocated extents only, where the platform can tell (OPT-16)
 * @param enableTracking switch changed block tracking on with a full backup (CAS-02)
 * @param snapshotType kind of snapshot (CAS-05)
 * @param freezing whether guests are frozen for it
 * @param transferBytes largest span of one extent, bytes
 */
public record Reading(
    boolean validDataOnly,
    boolean enableTracking,
    SnapshotType snapshotType,
    Freezing freezing,
    int transferBytes) {
  public Reading {
    Objects.requireNonNull(snapshotType, "snapshotType");
    Objects.requireNonNull(freezing, "freezing");
    OptionRange.TRANSFER_BYTES.check(transferBytes);
  }

  /** What a new policy starts with. */
  public static Reading preset() {
    return new Reading(
        true, true, SnapshotType.ADAPTIVE, Freezing.preset(), OptionRange.TRANSFER_BYTES.preset());
  }
}
