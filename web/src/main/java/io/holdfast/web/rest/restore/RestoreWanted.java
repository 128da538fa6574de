package io.holdfast.web.rest.restore;

import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.DataPlane;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.policy.PreferredNetwork;
import io.holdfast.server.restore.RestoreDefinition;
import io.holdfast.server.restore.RestoreDefinition.Behaviour;
import io.holdfast.server.restore.RestoreDefinition.Hardware;
import io.holdfast.server.restore.RestoreDefinition.Options;
import io.holdfast.server.restore.RestoreDefinition.Patience;
import io.holdfast.server.restore.RestoreDefinition.Target;
import io.holdfast.server.restore.RestoreMode;
import io.holdfast.web.rest.Required;
import io.holdfast.web.rest.speed.SpeedLimitsBody;
import java.util.List;
import java.util.Objects;

/**
 * What a restore job takes. What is left out means "as it was", or the preset; no {@code disks}
 * means all disks of the restore point, which {@link RestoreResource} fills in.
 */
public record RestoreWanted(
    String name,
    String restorePointId,
    String mode,
    String platformId,
    String targetHostId,
    String newVmName,
    String targetVmId,
    List<Disk> disks,
    List<Network> networks,
    Boolean keepMac,
    Boolean overwrite,
    Boolean deleteOtherDisks,
    Boolean startAfter,
    Boolean snapshotBefore,
    Boolean rollBack,
    Boolean refuseRunning,
    Integer cpuSockets,
    Integer cpuCores,
    Long memoryMib,
    String cpuMode,
    Integer parallelVms,
    Integer vmsPerHost,
    Integer disksPerVm,
    Integer streamsPerDisk,
    Integer transferBytes,
    String dataPlane,
    String preferredNetwork,
    Integer bufferBytes,
    Integer connectTimeoutSeconds,
    String sdkLogLevel,
    Integer reconnectMinutes,
    Integer resumeBufferMib,
    Integer shutdownSeconds,
    SpeedLimitsBody limits,
    String captchaId,
    String captcha) {

  /** The body that would make a definition again; without the captcha. */
  static RestoreWanted of(String name, RestoreDefinition definition) {
    Options options = definition.options();
    DataPlaneSettings plane = options.dataPlane();
    return new RestoreWanted(
        name,
        definition.restorePointId().toString(),
        definition.mode().name(),
        definition.target().platformId().value(),
        definition.target().hostId(),
        definition.target().vmName(),
        definition.target().vmId(),
        definition.disks().stream().map(Disk::of).toList(),
        definition.networks().stream().map(Network::of).toList(),
        options.behaviour().keepMac(),
        options.behaviour().overwrite(),
        options.behaviour().deleteOtherDisks(),
        options.behaviour().startAfter(),
        options.behaviour().snapshotBefore(),
        options.behaviour().rollBack(),
        options.behaviour().refuseRunning(),
        options.hardware().cpuSockets(),
        options.hardware().cpuCores(),
        options.hardware().memoryMib(),
        options.hardware().cpuMode(),
        options.parallelism().parallelVms(),
        options.parallelism().vmsPerHost(),
        options.parallelism().disksPerVm(),
        options.parallelism().streamsPerDisk(),
        options.transferBytes(),
        plane.dataPlane().name(),
        plane.preferredNetwork().name(),
        plane.bufferBytes(),
        plane.connectTimeoutSeconds(),
        plane.sdkLogLevel(),
        options.patience().reconnectMinutes(),
        options.patience().resumeBufferMib(),
        options.patience().shutdownSeconds(),
        SpeedLimitsBody.of(options.limits()),
        null,
        null);
  }

  /** A chosen disk. */
  public record Disk(
      String diskKey,
      String storagePool,
      String preallocation,
      String format,
      String volumeName,
      String folder,
      String targetDiskKey) {
    static Disk of(RestoreDefinition.Disk disk) {
      return new Disk(
          disk.diskKey(),
          disk.storagePool(),
          disk.preallocation(),
          disk.format(),
          disk.volumeName(),
          disk.folder(),
          disk.targetDiskKey());
    }

    RestoreDefinition.Disk checked() {
      return new RestoreDefinition.Disk(
          Required.text("disks.diskKey", diskKey),
          text(storagePool),
          text(preallocation),
          text(format),
          text(volumeName),
          text(folder),
          text(targetDiskKey));
    }
  }

  /** A network card of a new VM. */
  public record Network(String mac, String vswitchId, String profileId) {
    static Network of(RestoreDefinition.Network card) {
      return new Network(card.mac(), card.vswitchId(), card.profileId());
    }

    RestoreDefinition.Network checked() {
      return new RestoreDefinition.Network(
          text(mac), Required.text("networks.vswitchId", vswitchId), text(profileId));
    }
  }

  /** Where it goes. */
  PlatformId platform() {
    return new PlatformId(Required.text("platformId", platformId));
  }

  RestoreDefinition checked(List<String> allDiskKeys, Parallelism usual) {
    return checked(allDiskKeys, text(newVmName), usual);
  }

  /** With another name for the new VM. */
  RestoreDefinition checked(List<String> allDiskKeys, String vmName, Parallelism usual) {
    return new RestoreDefinition(
        Required.id("restorePointId", restorePointId),
        Required.value("mode", Required.choice("mode", mode, RestoreMode.class, null)),
        new Target(platform(), text(targetHostId), vmName, text(targetVmId)),
        chosen(allDiskKeys),
        networks == null ? List.of() : networks.stream().map(Network::checked).toList(),
        options(usual));
  }

  CaptchaAnswer answer() {
    return new CaptchaAnswer(
        Required.id("captchaId", captchaId), Required.text("captcha", captcha));
  }

  private List<RestoreDefinition.Disk> chosen(List<String> allDiskKeys) {
    if (disks != null) {
      return disks.stream().map(Disk::checked).toList();
    }
    return allDiskKeys.stream().map(RestoreDefinition.Disk::asItWas).toList();
  }

  private Options options(Parallelism usual) {
    Options preset = Options.preset();
    DataPlaneSettings plane = preset.dataPlane();
    return new Options(
        new Behaviour(
            yes(keepMac),
            yes(overwrite),
            yes(deleteOtherDisks),
            yes(startAfter),
            yes(snapshotBefore),
            yes(rollBack),
            yes(refuseRunning)),
        new Hardware(
            Objects.requireNonNullElse(cpuSockets, 0),
            Objects.requireNonNullElse(cpuCores, 0),
            Objects.requireNonNullElse(memoryMib, 0L),
            text(cpuMode)),
        parallelism(usual),
        Objects.requireNonNullElse(transferBytes, preset.transferBytes()),
        new DataPlaneSettings(
            Required.choice("dataPlane", dataPlane, DataPlane.class, plane.dataPlane()),
            Objects.requireNonNullElse(bufferBytes, plane.bufferBytes()),
            Objects.requireNonNullElse(connectTimeoutSeconds, plane.connectTimeoutSeconds()),
            Objects.requireNonNullElse(sdkLogLevel, plane.sdkLogLevel()),
            Required.choice(
                "preferredNetwork",
                preferredNetwork,
                PreferredNetwork.class,
                plane.preferredNetwork())),
        SpeedLimitsBody.over(limits, preset.limits()),
        new Patience(
            Objects.requireNonNullElse(reconnectMinutes, preset.patience().reconnectMinutes()),
            Objects.requireNonNullElse(resumeBufferMib, preset.patience().resumeBufferMib()),
            Objects.requireNonNullElse(shutdownSeconds, preset.patience().shutdownSeconds())));
  }

  private Parallelism parallelism(Parallelism preset) {
    return new Parallelism(
        Objects.requireNonNullElse(parallelVms, preset.parallelVms()),
        Objects.requireNonNullElse(vmsPerHost, preset.vmsPerHost()),
        Objects.requireNonNullElse(disksPerVm, preset.disksPerVm()),
        Objects.requireNonNullElse(streamsPerDisk, preset.streamsPerDisk()));
  }

  private static String text(String given) {
    return given == null ? "" : given.strip();
  }

  private static boolean yes(Boolean given) {
    return Boolean.TRUE.equals(given);
  }
}
