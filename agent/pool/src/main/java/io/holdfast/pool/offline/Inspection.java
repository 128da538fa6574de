package io.holdfast.pool.offline;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.holdfast.pool.document.DiskInspection;
import io.holdfast.pool.document.PoolInspection;
import io.holdfast.pool.document.RestorePointInspection;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolUsage;
import io.holdfast.pool.store.RestorePointReader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Says in JSON what a pool holds. Thread-safe. */
public final class Inspection {
  private Inspection() {}

  /**
   * The pool and all its restore points.
   *
   * @throws io.holdfast.error.BackupException POOL_NOT_FOUND, FORMAT_CORRUPT…
   */
  public static String pool(Path folder) {
    try (Pool pool = FolderPool.openReadOnly(folder, Optional.empty())) {
      PoolUsage usage = pool.usage();
      PoolInspection.Builder inspection =
          PoolInspection.newBuilder()
              .setPoolId(pool.settings().poolId().toString())
              .setName(pool.settings().name())
              .setFormatVersion(usage.formatVersion())
              .setChunkBytes(pool.settings().chunkBytes())
              .setCapacityBytes(usage.capacityBytes())
              .setFreeBytes(usage.freeBytes())
              .setStoredBytes(usage.storedBytes());
      pool.sessions().forEach(id -> inspection.addOpenSessions(id.toString()));
      pool.manifests().forEach(manifest -> inspection.addRestorePoints(describe(manifest)));
      return json(inspection);
    }
  }

  /**
   * One restore point, with what its maps say.
   *
   * @throws io.holdfast.error.BackupException RESTORE_POINT_NOT_FOUND, FORMAT_CORRUPT…
   */
  public static String restorePoint(Path folder, UUID restorePointId) {
    try (Pool pool = FolderPool.openReadOnly(folder, Optional.empty());
        RestorePointReader reader = pool.restorePoint(restorePointId)) {
      RestorePointInspection.Builder inspection = describe(reader.manifest());
      for (DiskInspection.Builder disk : inspection.getDisksBuilderList()) {
        DiskReader opened = reader.disk(disk.getDiskKey());
        long spans = 0;
        for (var ignored : opened.dataSpans(Long.MAX_VALUE)) {
          spans++;
        }
        disk.setDataSpans(spans);
      }
      return json(inspection);
    }
  }

  private static RestorePointInspection.Builder describe(ManifestSummary manifest) {
    RestorePointInspection.Builder inspection =
        RestorePointInspection.newBuilder()
            .setRestorePointId(manifest.restorePointId().toString())
            .setType(manifest.type().name())
            .setBaseRestorePointId(manifest.base().map(UUID::toString).orElse(""))
            .setCreated(manifest.createdAt().toString())
            .setSealed(manifest.sealedAt().toString())
            .putAllLabels(manifest.labels())
            .setStoredBytes(manifest.storedBytes())
            .setManifestSha256(manifest.manifestDigest());
    for (ManifestSummary.Disk disk : manifest.disks()) {
      inspection.addDisks(
          DiskInspection.newBuilder()
              .setDiskKey(disk.diskKey())
              .setSizeBytes(disk.sizeBytes())
              .setDataBytes(disk.dataBytes())
              .setReadBytes(disk.readBytes())
              .setStoredBytes(disk.storedBytes()));
    }
    return inspection;
  }

  static String json(MessageOrBuilder message) {
    try {
      return JsonFormat.printer()
          .preservingProtoFieldNames()
          .alwaysPrintFieldsWithNoPresence()
          .print(message);
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException("messages without Any print as JSON", impossible);
    }
  }
}
