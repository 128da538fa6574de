package io.holdfast.server.policy;

import io.holdfast.server.database.NamedValues;
import io.holdfast.server.speed.SpeedLimits;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Options as a text column; an option that an older version did not know reads as its preset. */
@Converter
public class BackupOptionsConverter implements AttributeConverter<BackupOptions, String> {
  @Override
  public String convertToDatabaseColumn(BackupOptions options) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("compression", options.compression().name());
    values.put("compressionLevel", Integer.toString(options.compressionLevel()));
    values.put("reconnectMinutes", Integer.toString(options.reconnectMinutes()));
    Parallelism parallelism = options.parallelism();
    values.put("parallelVms", Integer.toString(parallelism.parallelVms()));
    values.put("vmsPerHost", Integer.toString(parallelism.vmsPerHost()));
    values.put("disksPerVm", Integer.toString(parallelism.disksPerVm()));
    values.put("streamsPerDisk", Integer.toString(parallelism.streamsPerDisk()));
    Reading reading = options.reading();
    values.put("validDataOnly", Boolean.toString(reading.validDataOnly()));
    values.put("enableTracking", Boolean.toString(reading.enableTracking()));
    values.put("snapshotType", reading.snapshotType().name());
    values.put("guestFreeze", reading.freezing().guest().name());
    values.put("freezeSeconds", Integer.toString(reading.freezing().seconds()));
    values.put("transferBytes", Integer.toString(reading.transferBytes()));
    DataPlaneSettings dataPlane = options.dataPlane();
    values.put("dataPlane", dataPlane.dataPlane().name());
    values.put("bufferBytes", Integer.toString(dataPlane.bufferBytes()));
    values.put("connectTimeoutSeconds", Integer.toString(dataPlane.connectTimeoutSeconds()));
    values.put("sdkLogLevel", dataPlane.sdkLogLevel());
    values.put("preferredNetwork", dataPlane.preferredNetwork().name());
    values.put("dedupMode", options.poolLink().dedupMode().name());
    values.put("resumeBufferMib", Integer.toString(options.poolLink().resumeBufferMib()));
    VmHandling handling = options.handling();
    values.put("untracked", handling.untracked().name());
    values.put("reservePercent", Integer.toString(handling.reserve().percent()));
    values.put("reserveGib", Integer.toString(handling.reserve().gib()));
    values.put("shutDown", Boolean.toString(handling.shutDown()));
    values.put("shutdownSeconds", Integer.toString(handling.shutdownSeconds()));
    values.put("retryTimes", Integer.toString(handling.retries().times()));
    values.put("retryMinutes", Integer.toString(handling.retries().minutes()));
    values.put("platformRetries", Integer.toString(handling.retries().platformRequests()));
    if (!options.limits().isUnlimited()) {
      values.put("limits", options.limits().text());
    }
    return NamedValues.write(values);
  }

  @Override
  public BackupOptions convertToEntityAttribute(String text) {
    Map<String, String> values = NamedValues.read(text);
    BackupOptions preset = BackupOptions.preset();
    return new BackupOptions(
        Compression.valueOf(values.getOrDefault("compression", preset.compression().name())),
        number(values, OptionRange.COMPRESSION_LEVEL),
        new Parallelism(
            number(values, OptionRange.PARALLEL_VMS),
            number(values, OptionRange.VMS_PER_HOST),
            number(values, OptionRange.DISKS_PER_VM),
            number(values, OptionRange.STREAMS_PER_DISK)),
        new Reading(
            Boolean.parseBoolean(values.getOrDefault("validDataOnly", "true")),
            Boolean.parseBoolean(values.getOrDefault("enableTracking", "true")),
            SnapshotType.valueOf(
                values.getOrDefault("snapshotType", preset.reading().snapshotType().name())),
            // A job of an older version freezes nobody, as it always did.
            new Freezing(
                GuestFreeze.valueOf(values.getOrDefault("guestFreeze", GuestFreeze.OFF.name())),
                number(values, OptionRange.FREEZE_SECONDS)),
            number(values, OptionRange.TRANSFER_BYTES)),
        dataPlane(values, preset.dataPlane()),
        number(values, OptionRange.RECONNECT_MINUTES),
        SpeedLimits.parse(values.get("limits")),
        new PoolLink(
            DedupMode.valueOf(
                values.getOrDefault("dedupMode", preset.poolLink().dedupMode().name())),
            number(values, OptionRange.RESUME_BUFFER_MIB)),
        handling(values));
  }

  /** A job of an older version keeps nothing free, as it always did. */
  private static VmHandling handling(Map<String, String> values) {
    boolean known = values.containsKey("reservePercent");
    return new VmHandling(
        UntrackedHandling.valueOf(values.getOrDefault("untracked", UntrackedHandling.FULL.name())),
        known
            ? new SpaceReserve(
                number(values, OptionRange.RESERVE_PERCENT),
                number(values, OptionRange.RESERVE_GIB))
            : SpaceReserve.NONE,
        Boolean.parseBoolean(values.getOrDefault("shutDown", "false")),
        number(values, OptionRange.SHUTDOWN_SECONDS),
        new Retries(
            number(values, OptionRange.RETRY_TIMES),
            number(values, OptionRange.RETRY_MINUTES),
            number(values, OptionRange.PLATFORM_RETRIES)));
  }

  private static DataPlaneSettings dataPlane(Map<String, String> values, DataPlaneSettings preset) {
    return new DataPlaneSettings(
        DataPlane.valueOf(values.getOrDefault("dataPlane", preset.dataPlane().name())),
        // Older versions allowed sizes between the powers of two.
        Integer.highestOneBit(number(values, OptionRange.BUFFER_BYTES)),
        number(values, OptionRange.CONNECT_TIMEOUT_SECONDS),
        values.getOrDefault("sdkLogLevel", preset.sdkLogLevel()),
        PreferredNetwork.valueOf(
            values.getOrDefault("preferredNetwork", preset.preferredNetwork().name())));
  }

  private static int number(Map<String, String> values, OptionRange range) {
    String value = values.get(range.field());
    return value == null ? range.preset() : Integer.parseInt(value);
  }
}
