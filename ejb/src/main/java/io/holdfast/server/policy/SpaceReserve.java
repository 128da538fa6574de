package io.holdfast.server.policy;

import io.holdfast.agent.protocol.FreeSpaceRule;

/**
 * OPT-07: what must stay free in every storage pool that holds a disk of a VM, looked at before its
 * snapshot. One that does not hold fails the VM.
 *
 * @param percent of the pool, 0…99; 0: not looked at
 * @param gib GiB, 0…1048576; 0: not looked at
 * @throws io.holdfast.error.BackupException VALUE_OUT_OF_RANGE naming field, value and range
 */
public record SpaceReserve(int percent, int gib) {
  /** Nothing is looked at. */
  public static final SpaceReserve NONE = new SpaceReserve(0, 0);

  public SpaceReserve {
    OptionRange.RESERVE_PERCENT.check(percent);
    OptionRange.RESERVE_GIB.check(gib);
  }

  /** What a new policy starts with: both. */
  public static SpaceReserve preset() {
    return new SpaceReserve(OptionRange.RESERVE_PERCENT.preset(), OptionRange.RESERVE_GIB.preset());
  }

  /** The same in the agent protocol. */
  public FreeSpaceRule toProtocol() {
    return FreeSpaceRule.newBuilder().setPercent(percent).setBytes((long) gib << 30).build();
  }
}
