package io.holdfast.server.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.OptionRange;
import io.holdfast.server.policy.Parallelism;
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
   * @param vmId VM that gets new disks (NEW_DISK) or whose disks are written over (EXISTING_DISK),
   *     else empty
   */
  public record Target(PlatformId platformId, String hostId, String vmName, String vmId) {}

  /**
   * One disk; empty texts mean: as it was.
   *
   * @param diskKey of the restore point
   * @param storagePool storage pool of the host
   * @param preallocation thin, lazy-zeroed or eager-zeroed
   * @param format qcow2 or raw
   * @param volumeName name of the volume; of a block pool one that is there
   * @param folder second-level folder of a file pool; empty: none
   * @param targetDiskKey disk of the chosen VM that is written over (EXISTING_DISK), else empty
   */
  public record Disk(
      String diskKey,
      String storagePool,
      String preallocation,
      String format,
      String volumeName,
      String folder,
      String targetDiskKey) {
    /** A disk that is made, or goes where it came from. */
    public Disk(
        String diskKey,
        String storagePool,
        String preallocation,
        String format,
        String volumeName,
        String folder) {
      this(diskKey, storagePool, preallocation, format, volumeName, folder, "");
    }

    /** A disk that stays as it was. */
    public static Disk asItWas(String diskKey) {
      return new Disk(diskKey, "", "", "", "", "", "");
    }
  }

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
   * @param parallelism what runs at the same time (OPT-03 to OPT-06)
   * @param transferBytes largest span of one extent, bytes
   * @param dataPlane how bytes are written
   * @param limits how fast it may go (OPT-10, OPT-11)
   * @param patience how long is waited for what
   */
  public record Options(
      Behaviour behaviour,
      Hardware hardware,
      Parallelism parallelism,
      int transferBytes,
      DataPlaneSettings dataPlane,
      SpeedLimits limits,
      Patience patience) {
    public Options {
      OptionRange.TRANSFER_BYTES.check(transferBytes);
    }

    /** What the wizard starts with. */
    public static Options preset() {
      return new Options(
          Behaviour.PRESET,
          Hardware.AS_IT_WAS,
          Parallelism.preset(),
          OptionRange.TRANSFER_BYTES.preset(),
          DataPlaneSettings.preset(),
          SpeedLimits.NONE,
          Patience.preset());
    }
  }

  /**
   * How long is waited for what.
   *
   * @param reconnectMinutes an interruption shorter than this does not fail the restore (OPT-08)
   * @param resumeBufferMib kept to be sent again, from a pool of another agent (OPT-09)
   * @param shutdownSeconds how long the guest may take to shut down (CAS-17)
   */
  public record Patience(int reconnectMinutes, int resumeBufferMib, int shutdownSeconds) {
    public Patience {
      OptionRange.RECONNECT_MINUTES.check(reconnectMinutes);
      OptionRange.RESUME_BUFFER_MIB.check(resumeBufferMib);
      OptionRange.SHUTDOWN_SECONDS.check(shutdownSeconds);
    }

    /** What the wizard starts with. */
    public static Patience preset() {
      return new Patience(
          OptionRange.RECONNECT_MINUTES.preset(),
          OptionRange.RESUME_BUFFER_MIB.preset(),
          OptionRange.SHUTDOWN_SECONDS.preset());
    }
  }

  /**
   * What is allowed and what happens after.
   *
   * @param keepMac keep the MAC addresses (CAS-13)
   * @param overwrite an existing VM of the name may be replaced (CAS-16)
   * @param deleteOtherDisks disks of the VM that are not restored are deleted (CAS-13)
   * @param startAfter start the VM when it is done (CAS-16, HIK-06)
   * @param snapshotBefore take a snapshot of the VM before its disks are written over (HIK-05)
   * @param rollBack with it: go back to that snapshot after a failure
   * @param refuseRunning a target that runs is refused; else it is shut down first (HIK-04)
   */
  public record Behaviour(
      boolean keepMac,
      boolean overwrite,
      boolean deleteOtherDisks,
      boolean startAfter,
      boolean snapshotBefore,
      boolean rollBack,
      boolean refuseRunning) {
    /** Nothing is overwritten, deleted or started. */
    public static final Behaviour PRESET =
        new Behaviour(false, false, false, false, false, false, false);
  }

  /**
   * Processors and memory of a new VM; 0 means: as it was.
   *
   * @param cpuSockets sockets
   * @param cpuCores cores a socket
   * @param memoryMib memory, MiB
   * @param cpuMode custom (compatible), host-model or host-passthrough; empty: as it was. ARM hosts
   *     know pass-through only and take it whatever is chosen
   */
  public record Hardware(int cpuSockets, int cpuCores, long memoryMib, String cpuMode) {
    /** As it was. */
    public static final Hardware AS_IT_WAS = new Hardware(0, 0, 0, "");

    /** The modes that the platform knows. */
    public static final List<String> CPU_MODES =
        List.of("custom", "host-model", "host-passthrough");

    public Hardware {
      OptionRange.CPU_SOCKETS.check(cpuSockets);
      OptionRange.CPU_CORES.check(cpuCores);
      OptionRange.MEMORY_MIB.check((int) Math.max(-1, Math.min(Integer.MAX_VALUE, memoryMib)));
      if (!cpuMode.isEmpty() && !CPU_MODES.contains(cpuMode)) {
        throw BackupException.of(
            ErrorCode.INVALID_VALUE,
            "field",
            "cpuMode",
            "value",
            cpuMode,
            "expected",
            String.join(" | ", CPU_MODES));
      }
    }
  }
}
