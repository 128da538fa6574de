package io.holdfast.web.rest.job;

import io.holdfast.server.policy.BackupOptions;
import io.holdfast.server.policy.Compression;
import io.holdfast.server.policy.DataPlane;
import io.holdfast.server.policy.DataPlaneSettings;
import io.holdfast.server.policy.DedupMode;
import io.holdfast.server.policy.Freezing;
import io.holdfast.server.policy.GuestFreeze;
import io.holdfast.server.policy.KindOptions;
import io.holdfast.server.policy.Parallelism;
import io.holdfast.server.policy.PoolLink;
import io.holdfast.server.policy.PreferredNetwork;
import io.holdfast.server.policy.Reading;
import io.holdfast.server.policy.Retries;
import io.holdfast.server.policy.SnapshotType;
import io.holdfast.server.policy.SpaceReserve;
import io.holdfast.server.policy.UntrackedHandling;
import io.holdfast.server.policy.VmHandling;
import io.holdfast.web.rest.Required;
import io.holdfast.web.rest.speed.SpeedLimitsBody;

/**
 * The options of a job as the API takes and gives them; what is left out keeps its preset. Ranges
 * and meaning are those of {@link BackupOptions}.
 */
public record JobOptions(
    String compression,
    Integer compressionLevel,
    Integer parallelVms,
    Integer vmsPerHost,
    Integer disksPerVm,
    Integer streamsPerDisk,
    Boolean validDataOnly,
    Boolean enableTracking,
    String snapshotType,
    String guestFreeze,
    Integer freezeSeconds,
    Integer transferBytes,
    String dataPlane,
    Integer bufferBytes,
    Integer connectTimeoutSeconds,
    String sdkLogLevel,
    String preferredNetwork,
    Integer reconnectMinutes,
    SpeedLimitsBody limits,
    String dedupMode,
    Integer resumeBufferMib,
    String untracked,
    Integer reservePercent,
    Integer reserveGib,
    Boolean shutDown,
    Integer shutdownSeconds,
    Integer retryTimes,
    Integer retryMinutes,
    Integer platformRetries) {

  /** Only those that the kind has. */
  static JobOptions of(BackupOptions options, KindOptions kind) {
    Parallelism parallel = options.parallelism();
    Reading reading = options.reading();
    DataPlaneSettings plane = options.dataPlane();
    return new JobOptions(
        options.compression().name(),
        options.compressionLevel(),
        parallel.parallelVms(),
        parallel.vmsPerHost(),
        parallel.disksPerVm(),
        parallel.streamsPerDisk(),
        reading.validDataOnly(),
        reading.enableTracking(),
        had(kind, "snapshotType", reading.snapshotType().name()),
        reading.freezing().guest().name(),
        reading.freezing().seconds(),
        reading.transferBytes(),
        had(kind, "dataPlane", plane.dataPlane().name()),
        had(kind, "bufferBytes", plane.bufferBytes()),
        had(kind, "connectTimeoutSeconds", plane.connectTimeoutSeconds()),
        had(kind, "sdkLogLevel", plane.sdkLogLevel()),
        had(kind, "preferredNetwork", plane.preferredNetwork().name()),
        options.reconnectMinutes(),
        SpeedLimitsBody.of(options.limits()),
        options.poolLink().dedupMode().name(),
        options.poolLink().resumeBufferMib(),
        had(kind, "untracked", options.handling().untracked().name()),
        options.handling().reserve().percent(),
        options.handling().reserve().gib(),
        had(kind, "shutDown", options.handling().shutDown()),
        had(kind, "shutdownSeconds", options.handling().shutdownSeconds()),
        options.handling().retries().times(),
        options.handling().retries().minutes(),
        options.handling().retries().platformRequests());
  }

  private static <T> T had(KindOptions kind, String option, T value) {
    return kind.has(option) ? value : null;
  }

  BackupOptions over(BackupOptions preset) {
    return new BackupOptions(
        Required.choice("compression", compression, Compression.class, preset.compression()),
        or(compressionLevel, preset.compressionLevel()),
        parallelism(preset.parallelism()),
        reading(preset.reading()),
        plane(preset.dataPlane()),
        or(reconnectMinutes, preset.reconnectMinutes()),
        SpeedLimitsBody.over(limits, preset.limits()),
        new PoolLink(
            Required.choice("dedupMode", dedupMode, DedupMode.class, preset.poolLink().dedupMode()),
            or(resumeBufferMib, preset.poolLink().resumeBufferMib())),
        handling(preset.handling()));
  }

  private VmHandling handling(VmHandling preset) {
    return new VmHandling(
        Required.choice("untracked", untracked, UntrackedHandling.class, preset.untracked()),
        new SpaceReserve(
            or(reservePercent, preset.reserve().percent()), or(reserveGib, preset.reserve().gib())),
        or(shutDown, preset.shutDown()),
        or(shutdownSeconds, preset.shutdownSeconds()),
        new Retries(
            or(retryTimes, preset.retries().times()),
            or(retryMinutes, preset.retries().minutes()),
            or(platformRetries, preset.retries().platformRequests())));
  }

  private Parallelism parallelism(Parallelism preset) {
    return new Parallelism(
        or(parallelVms, preset.parallelVms()),
        or(vmsPerHost, preset.vmsPerHost()),
        or(disksPerVm, preset.disksPerVm()),
        or(streamsPerDisk, preset.streamsPerDisk()));
  }

  private Reading reading(Reading preset) {
    return new Reading(
        or(validDataOnly, preset.validDataOnly()),
        or(enableTracking, preset.enableTracking()),
        Required.choice("snapshotType", snapshotType, SnapshotType.class, preset.snapshotType()),
        new Freezing(
            Required.choice(
                "guestFreeze", guestFreeze, GuestFreeze.class, preset.freezing().guest()),
            or(freezeSeconds, preset.freezing().seconds())),
        or(transferBytes, preset.transferBytes()));
  }

  private DataPlaneSettings plane(DataPlaneSettings preset) {
    return new DataPlaneSettings(
        Required.choice("dataPlane", dataPlane, DataPlane.class, preset.dataPlane()),
        or(bufferBytes, preset.bufferBytes()),
        or(connectTimeoutSeconds, preset.connectTimeoutSeconds()),
        or(sdkLogLevel, preset.sdkLogLevel()),
        Required.choice(
            "preferredNetwork",
            preferredNetwork,
            PreferredNetwork.class,
            preset.preferredNetwork()));
  }

  private static <T> T or(T given, T preset) {
    return given == null ? preset : given;
  }
}
