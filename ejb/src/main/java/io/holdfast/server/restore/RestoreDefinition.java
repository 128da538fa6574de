package io.holdfast.server.restore;

import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.speed.SpeedLimits;
import java.util.List;
import java.util.UUID;

/**
 * What a person says about a restore.
 *
 * @param restorePointId what is restored
 * @param mode where it goes
 * @param target platform and, depending on the mode, host, name or VM
 * @param disks the chosen disks, at least one
 * @param networks network cards of a new VM; empty: as they were
 * @param options the rest
 */
public record RestoreDefinition(
    UUID restorePointId,
    RestoreMode mode,
    Target target,
    List<Disk> disks,
    List<Network> networks,
    Options options) {
  public RestoreDefinition {
    disks = List.copyOf(disks);
    networks = List.copyOf(networks);
  }

  /**
   * Where to.
   *
   * @param platformId the platform restored to
   * @param hostId host of a new VM, else empty
   * @param vmName name of a new VM, else empty
   * @param vmId VM that gets new disks (NEW_DISK), else empty
   */
  public record Target(PlatformId platformId, String hostId, String vmName, String vmId) {}

  /**
   * One disk; empty texts mean: as it was.
   *
   * @param diskKey of the restore point
   * @param storagePool storage pool of the host
   * @param preallocation thin, lazy-zeroed or eager-zeroed
   * @param format qcow2 or raw
   * @param volumeName name of the volume
   */
  public record Disk(
      String diskKey, String storagePool, String preallocation, String format, String volumeName) {}

  /**
   * One network card of a new VM.
   *
   * @param mac of the card in the restore point; empty: an added one
   * @param vswitchId virtual switch
   * @param profileId network policy template; empty: none
   */
  public record Network(String mac, String vswitchId, String profileId) {}

  /**
   * How it is done.
   *
   * @param behaviour what is allowed and what happens after
   * @param hardware processors and memory of a new VM
   * @param disksPerVm disks at the same time (OPT-05)
   * @param streamsPerDisk connections to one disk (OPT-06)
   * @param transferBytes largest span of one extent, bytes
   * @param dataPlane how bytes are written
   * @param limits how fast it may go (OPT-10, OPT-11)
   */
  public record Options(
      Behaviour behaviour,
      Hardware hardware,
      int disksPerVm,
      int streamsPerDisk,
      int transferBytes,
      DataPlaneSettings dataPlane,
      SpeedLimits limits) {
    public Options {
      OptionRange.DISKS_PER_VM.check(disksPerVm);
      OptionRange.STREAMS_PER_DISK.check(streamsPerDisk);
      OptionRange.TRANSFER_BYTES.check(transferBytes);
    }

    /** What the wizard starts with. */
    public static Options preset() {
      return new Options(
          Behaviour.PRESET,
          Hardware.AS_IT_WAS,
          OptionRange.DISKS_PER_VM.preset(),
          OptionRange.STREAMS_PER_DISK.preset(),
          OptionRange.TRANSFER_BYTES.preset(),
          DataPlaneSettings.preset(),
          SpeedLimits.NONE);
    }
  }

  /**
   * What is allowed and what happens after.
   *
   * @param keepMac keep the MAC addresses (CAS-13)
   * @param overwrite an existing VM of the name may be replaced (CAS-16)
   * @param deleteOtherDisks disks of the VM that are not restored are deleted (CAS-13)
   * @param startAfter start the VM when it is done (CAS-16)
   */
  public record Behaviour(
      boolean keepMac, boolean overwrite, boolean deleteOtherDisks, boolean startAfter) {
    /** Nothing is overwritten, deleted or started. */
    public static final Behaviour PRESET = new Behaviour(false, false, false, false);
  }

  /**
   * Processors and memory of a new VM; 0 means: as it was.
   *
   * @param cpuSockets sockets
   * @param cpuCores cores a socket
   * @param memoryMib memory, MiB
   */
  public record Hardware(int cpuSockets, int cpuCores, long memoryMib) {
    /** As it was. */
    public static final Hardware AS_IT_WAS = new Hardware(0, 0, 0);
  }
}
