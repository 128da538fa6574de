package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.pool.document.Manifest;
import io.holdfast.pool.document.ManifestDisk;
import io.holdfast.pool.document.PointType;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Manifests as the engine's callers see them. */
final class ManifestSummaries {
  private static final Comparator<ManifestSummary> OLDEST_FIRST =
      Comparator.comparing(ManifestSummary::createdAt)
          .thenComparing(ManifestSummary::restorePointId);

  private ManifestSummaries() {}

  /** All; one that cannot be read fails the call. */
  static List<ManifestSummary> all(PoolScope scope) {
    return ManifestFile.list(scope).stream()
        .map(id -> of(ManifestFile.read(scope, id)))
        .sorted(OLDEST_FIRST)
        .toList();
  }

  /** Everything that can be read, and what cannot; a file that goes meanwhile is neither. */
  static PoolListing listing(PoolScope scope) {
    List<ManifestSummary> points = new ArrayList<>();
    List<PoolListing.Unreadable> damaged = new ArrayList<>();
    for (UUID id : ManifestFile.list(scope)) {
      try {
        points.add(of(ManifestFile.read(scope, id)));
      } catch (BackupException unreadable) {
        if (ManifestFile.exists(scope, id)) {
          damaged.add(new PoolListing.Unreadable(id, unreadable));
        }
      }
    }
    points.sort(OLDEST_FIRST);
    return new PoolListing(points, damaged);
  }

  static ManifestSummary of(DocumentFile<Manifest> file) {
    Manifest manifest = file.body();
    List<ManifestSummary.Disk> disks =
        manifest.getDisksList().stream()
            .map(
                disk ->
                    new ManifestSummary.Disk(
                        disk.getDiskKey(),
                        disk.getSizeBytes(),
                        disk.getDataBytes(),
                        disk.getReadBytes(),
                        disk.getStoredBytes(),
                        counts(disk),
                        disk.getDocument()))
            .toList();
    return new ManifestSummary(
        UUID.fromString(manifest.getRestorePointId()),
        type(manifest.getType()),
        id(manifest.getBaseRestorePointId()),
        Instant.ofEpochMilli(manifest.getCreatedEpochMillis()),
        Instant.ofEpochMilli(manifest.getSealedEpochMillis()),
        disks,
        manifest.getLabelsMap(),
        manifest.getDocument(),
        file.fileDigest());
  }

  private static ManifestSummary.ChunkCounts counts(ManifestDisk disk) {
    return new ManifestSummary.ChunkCounts(
        disk.getNewChunks(),
        disk.getNewBytes(),
        disk.getKnownChunks(),
        disk.getKnownBytes(),
        disk.getUnchangedChunks(),
        disk.getUnchangedBytes());
  }

  static Optional<UUID> id(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(text));
  }

  static RestorePointType type(PointType stored) {
    return switch (stored) {
      case POINT_INCREMENTAL -> RestorePointType.INCREMENTAL;
      case POINT_DIFFERENTIAL -> RestorePointType.DIFFERENTIAL;
      case POINT_FULL, POINT_TYPE_UNSPECIFIED, UNRECOGNIZED -> RestorePointType.FULL;
    };
  }

  static PointType stored(RestorePointType type) {
    return switch (type) {
      case FULL -> PointType.POINT_FULL;
      case INCREMENTAL -> PointType.POINT_INCREMENTAL;
      case DIFFERENTIAL -> PointType.POINT_DIFFERENTIAL;
    };
  }
}
