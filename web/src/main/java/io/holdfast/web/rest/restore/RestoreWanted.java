package io.holdfast.web.rest.restore;

import io.holdfast.server.captcha.CaptchaAnswer;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.DataPlane;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.PreferredNetwork;
import io.holdfast.server.restore.RestoreDefinition;
import io.holdfast.server.restore.RestoreDefinition.Behaviour;
import io.holdfast.server.restore.RestoreDefinition.Hardware;
import io.holdfast.server.restore.RestoreDefinition.Options;
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
    Integer cpuSockets,
    Integer cpuCores,
    Long memoryMib,
    Integer disksPerVm,
    Integer streamsPerDisk,
    Integer transferBytes,
    String dataPlane,
    String preferredNetwork,
    SpeedLimitsBody limits,
    String captchaId,
    String captcha) {

  /** A chosen disk. */
  public record Disk(
      String diskKey, String storagePool, String preallocation, String format, String volumeName) {
    RestoreDefinition.Disk checked() {
      return new RestoreDefinition.Disk(
          Required.text("disks.diskKey", diskKey),
          text(storagePool),
          text(preallocation),
          text(format),
          text(volumeName));
    }
  }

  /** A network card of a new VM. */
  public record Network(String mac, String vswitchId, String profileId) {
    RestoreDefinition.Network checked() {
      return new RestoreDefinition.Network(
          text(mac), Required.text("networks.vswitchId", vswitchId), text(profileId));
    }
  }

  RestoreDefinition checked(List<String> allDiskKeys) {
    return new RestoreDefinition(
        Required.id("restorePointId", restorePointId),
        Required.value("mode", Required.choice("mode", mode, RestoreMode.class, null)),
        new Target(
            new PlatformId(Required.text("platformId", platformId)),
            text(targetHostId),
            text(newVmName),
            text(targetVmId)),
        chosen(allDiskKeys),
        networks == null ? List.of() : networks.stream().map(Network::checked).toList(),
        options());
  }

  CaptchaAnswer answer() {
    return new CaptchaAnswer(
        Required.id("captchaId", captchaId), Required.text("captcha", captcha));
  }

  private List<RestoreDefinition.Disk> chosen(List<String> allDiskKeys) {
    if (disks != null) {
      return disks.stream().map(Disk::checked).toList();
    }
    return allDiskKeys.stream()
        .map(key -> new RestoreDefinition.Disk(key, "", "", "", ""))
        .toList();
  }

  private Options options() {
    Options preset = Options.preset();
    DataPlaneSettings plane = preset.dataPlane();
    return new Options(
        new Behaviour(yes(keepMac), yes(overwrite), yes(deleteOtherDisks), yes(startAfter)),
        new Hardware(
            Objects.requireNonNullElse(cpuSockets, 0),
            Objects.requireNonNullElse(cpuCores, 0),
            Objects.requireNonNullElse(memoryMib, 0L)),
        Objects.requireNonNullElse(disksPerVm, preset.disksPerVm()),
        Objects.requireNonNullElse(streamsPerDisk, preset.streamsPerDisk()),
        Objects.requireNonNullElse(transferBytes, preset.transferBytes()),
        new DataPlaneSettings(
            Required.choice("dataPlane", dataPlane, DataPlane.class, plane.dataPlane()),
            plane.bufferBytes(),
            plane.connectTimeoutSeconds(),
            plane.sdkLogLevel(),
            Required.choice(
                "preferredNetwork",
                preferredNetwork,
                PreferredNetwork.class,
                plane.preferredNetwork())),
        SpeedLimitsBody.over(limits, preset.limits()));
  }

  private static String text(String given) {
    return given == null ? "" : given.strip();
  }

  private static boolean yes(Boolean given) {
    return Boolean.TRUE.equals(given);
  }
}
