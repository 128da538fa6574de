package io.holdfast.server.policy;

import io.holdfast.server.speed.SpeedLimits;
import java.util.Objects;

/**
 * The options of a policy. Every record inside refuses values out of range, so options that exist
 * are valid.
 *
 * @param compression at the source (OPT-01)
 * @param compressionLevel of {@link Compression#ADJUSTABLE}; kept, but of no effect, with the
 *     others
 * @param parallelism what runs at the same time (OPT-03 to OPT-06)
 * @param reading what is read (OPT-16, CAS-02, CAS-05)
 * @param dataPlane how it is fetched (CAS-08, CAS-09)
 * @param reconnectMinutes an interruption shorter than this does not fail the run (OPT-08)
 * @param limits how fast all VMs together may go (OPT-10, OPT-11); the only options that a run
 *     under way takes over when its policy is edited
 * @param poolLink how a pool of another agent is used (OPT-02, OPT-09)
 * @param handling how VMs are treated before and when something stands against their backup
 */
public record BackupOptions(
    Compression compression,
    int compressionLevel,
    Parallelism parallelism,
    Reading reading,
    DataPlaneSettings dataPlane,
    int reconnectMinutes,
    SpeedLimits limits,
    PoolLink poolLink,
    VmHandling handling) {
  public BackupOptions {
    Objects.requireNonNull(compression, "compression");
    OptionRange.COMPRESSION_LEVEL.check(compressionLevel);
    Objects.requireNonNull(parallelism, "parallelism");
    Objects.requireNonNull(reading, "reading");
    Objects.requireNonNull(dataPlane, "dataPlane");
    OptionRange.RECONNECT_MINUTES.check(reconnectMinutes);
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(poolLink, "poolLink");
    Objects.requireNonNull(handling, "handling");
  }

  /** The same with other speed limits. */
  public BackupOptions withLimits(SpeedLimits others) {
    return new BackupOptions(
        compression,
        compressionLevel,
        parallelism,
        reading,
        dataPlane,
        reconnectMinutes,
        others,
        poolLink,
        handling);
  }

  /** What a new policy starts with. */
  public static BackupOptions preset() {
    return new BackupOptions(
        Compression.FAST,
        OptionRange.COMPRESSION_LEVEL.preset(),
        Parallelism.preset(),
        Reading.preset(),
        DataPlaneSettings.preset(),
        OptionRange.RECONNECT_MINUTES.preset(),
        SpeedLimits.NONE,
        PoolLink.preset(),
        VmHandling.preset());
  }
}
