package io.holdfast.server.restore;

import io.holdfast.agent.protocol.DataPlaneOptions;
import io.holdfast.agent.protocol.RestoreDisk;
import io.holdfast.agent.protocol.RestoreNetwork;
import io.holdfast.agent.protocol.RestoreRequest;
import io.holdfast.agent.protocol.StorageLinkOptions;
import io.holdfast.server.inventory.PlatformId;
import io.holdfast.server.policy.DataPlane;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.policy.PreferredNetwork;
import io.holdfast.server.restore.RestoreDefinition.Behaviour;
import io.holdfast.server.restore.RestoreDefinition.Hardware;
import io.holdfast.server.restore.RestoreDefinition.Options;
import io.holdfast.server.restore.RestoreDefinition.Patience;
import io.holdfast.server.speed.SpeedLimits;
import java.util.Locale;
import java.util.UUID;

/** A restore definition in the words of the agent protocol, and back. Pure. */
public final class RestoreRequests {
  private RestoreRequests() {}

  /** The request without session, speed limits, access to the platform and to the pool. */
  public static RestoreRequest.Builder toProtocol(RestoreDefinition definition) {
    RestoreDefinition.Target target = definition.target();
    Options options = definition.options();
    RestoreRequest.Builder request =
        RestoreRequest.newBuilder()
            .setRestorePointId(definition.restorePointId().toString())
            .setMode(io.holdfast.agent.protocol.RestoreMode.valueOf(definition.mode().name()))
            .setTargetHostId(text(target.hostId()))
            .setNewVmName(text(target.vmName()))
            .setTargetVmId(text(target.vmId()))
            .setKeepMac(options.behaviour().keepMac())
            .setOverwrite(options.behaviour().overwrite())
            .setDeleteOtherDisks(options.behaviour().deleteOtherDisks())
            .setStartAfter(options.behaviour().startAfter())
            .setSnapshotBefore(options.behaviour().snapshotBefore())
            .setRollBack(options.behaviour().rollBack())
            .setRefuseRunning(options.behaviour().refuseRunning())
            .setStreamsPerDisk(options.parallelism().streamsPerDisk())
            .setTransferBytes(options.transferBytes())
            .setDataPlane(options.dataPlane().toProtocol())
            .setCpuSockets(options.hardware().cpuSockets())
            .setCpuCores(options.hardware().cpuCores())
            .setMemoryMib(options.hardware().memoryMib())
            .setCpuMode(options.hardware().cpuMode())
            .setShutdownSeconds(options.patience().shutdownSeconds())
            .setStorageLink(
                StorageLinkOptions.newBuilder()
                    .setReconnectSeconds(60 * options.patience().reconnectMinutes())
                    .setResumeBufferMib(options.patience().resumeBufferMib()));
    definition.disks().forEach(disk -> request.addDisks(disk(disk)));
    definition.networks().forEach(network -> request.addNetworks(network(network)));
    return request;
  }

  private static RestoreDisk disk(RestoreDefinition.Disk disk) {
    return RestoreDisk.newBuilder()
        .setDiskKey(disk.diskKey())
        .setStoragePool(text(disk.storagePool()))
        .setPreallocation(text(disk.preallocation()))
        .setFormat(text(disk.format()))
        .setVolumeName(text(disk.volumeName()))
        .setFolder(text(disk.folder()))
        .setTargetDiskKey(text(disk.targetDiskKey()))
        .build();
  }

  private static RestoreNetwork network(RestoreDefinition.Network network) {
    return RestoreNetwork.newBuilder()
        .setMac(text(network.mac()))
        .setVswitchId(text(network.vswitchId()))
        .setProfileId(text(network.profileId()))
        .build();
  }

  /** The definition of a request made by {@link #toProtocol}. */
  static RestoreDefinition ofProtocol(
      RestoreRequest request, PlatformId platformId, Parallelism parallelism, SpeedLimits limits) {
    return new RestoreDefinition(
        UUID.fromString(request.getRestorePointId()),
        RestoreMode.valueOf(request.getMode().name()),
        new RestoreDefinition.Target(
            platformId, request.getTargetHostId(), request.getNewVmName(), request.getTargetVmId()),
        request.getDisksList().stream()
            .map(
                disk ->
                    new RestoreDefinition.Disk(
                        disk.getDiskKey(),
                        disk.getStoragePool(),
                        disk.getPreallocation(),
                        disk.getFormat(),
                        disk.getVolumeName(),
                        disk.getFolder(),
                        disk.getTargetDiskKey()))
            .toList(),
        request.getNetworksList().stream()
            .map(
                card ->
                    new RestoreDefinition.Network(
                        card.getMac(), card.getVswitchId(), card.getProfileId()))
            .toList(),
        options(request, parallelism, limits));
  }

  private static Options options(
      RestoreRequest request, Parallelism parallelism, SpeedLimits limits) {
    return new Options(
        new Behaviour(
            request.getKeepMac(),
            request.getOverwrite(),
            request.getDeleteOtherDisks(),
            request.getStartAfter(),
            request.getSnapshotBefore(),
            request.getRollBack(),
            request.getRefuseRunning()),
        new Hardware(
            request.getCpuSockets(),
            request.getCpuCores(),
            request.getMemoryMib(),
            request.getCpuMode()),
        parallelism,
        request.getTransferBytes(),
        dataPlane(request.getDataPlane()),
        limits,
        patience(request));
  }

  /** What a job of an older version did not keep is the preset. */
  private static Patience patience(RestoreRequest request) {
    StorageLinkOptions link = request.getStorageLink();
    Patience preset = Patience.preset();
    return new Patience(
        link.getReconnectSeconds() == 0
            ? preset.reconnectMinutes()
            : link.getReconnectSeconds() / 60,
        link.getResumeBufferMib() == 0 ? preset.resumeBufferMib() : link.getResumeBufferMib(),
        request.getShutdownSeconds() == 0
            ? preset.shutdownSeconds()
            : request.getShutdownSeconds());
  }

  private static DataPlaneSettings dataPlane(DataPlaneOptions options) {
    return new DataPlaneSettings(
        DataPlane.valueOf(options.getDataPlane().name().substring("DATA_PLANE_".length())),
        Integer.highestOneBit(options.getBufferBytes()),
        options.getConnectTimeoutSeconds(),
        options.getSdkLogLevel().toLowerCase(Locale.ROOT),
        PreferredNetwork.valueOf(
            options.getPreferredNetwork().name().substring("NETWORK_".length())));
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
