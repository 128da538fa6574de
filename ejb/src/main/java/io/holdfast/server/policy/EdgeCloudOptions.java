package io.holdfast.server.policy;

import java.util.Set;

/**
 * The options of jobs on Hikvision Edge Cloud (S2 tables 2 and 3). Disks are read from their
 * cluster by librbd, whatever is wished for, and there is one kind of snapshot. {@code
 * enableTracking} is "keep the latest snapshot" (HIK-01): incrementals count from it, and a job of
 * full backups can do without.
 */
final class EdgeCloudOptions {
  /** OPT-04 to OPT-06: what the guide starts with. */
  private static final int VMS_PER_HOST = 5;

  private static final int DISKS_PER_VM = 2;
  private static final int STREAMS_PER_DISK = 2;

  /** As large as an object of an image usually is: read in smaller pieces it takes longer. */
  private static final int BUFFER_BYTES = 4 << 20;

  private static final Set<String> ABSENT =
      Set.of(
          "snapshotType",
          "dataPlane",
          "bufferBytes",
          "connectTimeoutSeconds",
          "sdkLogLevel",
          "preferredNetwork",
          "untracked",
          "shutDown",
          "shutdownSeconds");

  private EdgeCloudOptions() {}

  static KindOptions description() {
    BackupOptions usual = BackupOptions.preset();
    DataPlaneSettings dataPlane = usual.dataPlane();
    BackupOptions preset =
        new BackupOptions(
            usual.compression(),
            usual.compressionLevel(),
            new Parallelism(
                usual.parallelism().parallelVms(), VMS_PER_HOST, DISKS_PER_VM, STREAMS_PER_DISK),
            usual.reading(),
            new DataPlaneSettings(
                dataPlane.dataPlane(),
                BUFFER_BYTES,
                dataPlane.connectTimeoutSeconds(),
                dataPlane.sdkLogLevel(),
                dataPlane.preferredNetwork()),
            usual.reconnectMinutes(),
            usual.limits(),
            usual.poolLink(),
            usual.handling());
    return new KindOptions(preset, ABSENT);
  }
}
