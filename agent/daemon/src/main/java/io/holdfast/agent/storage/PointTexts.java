package io.holdfast.agent.storage;

import io.holdfast.agent.protocol.PointDiskSummary;
import io.holdfast.agent.protocol.PointSummary;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.ManifestSummary.ChunkCounts;
import io.holdfast.pool.store.RestorePointType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Sealed restore points as the protocol tells them. */
public final class PointTexts {
  private PointTexts() {}

  public static PointSummary of(ManifestSummary manifest) {
    PointSummary.Builder result =
        PointSummary.newBuilder()
            .setRestorePointId(manifest.restorePointId().toString())
            .setType(manifest.type().ordinal())
            .setBaseRestorePointId(manifest.base().map(UUID::toString).orElse(""))
            .setCreatedEpochMillis(manifest.createdAt().toEpochMilli())
            .setSealedEpochMillis(manifest.sealedAt().toEpochMilli())
            .putAllLabels(manifest.labels())
            .setDocument(manifest.document())
            .setManifestDigest(manifest.manifestDigest());
    for (ManifestSummary.Disk disk : manifest.disks()) {
      ChunkCounts counts = disk.counts();
      result.addDisks(
          PointDiskSummary.newBuilder()
              .setDiskKey(disk.diskKey())
              .setSizeBytes(disk.sizeBytes())
              .setDataBytes(disk.dataBytes())
              .setReadBytes(disk.readBytes())
              .setStoredBytes(disk.storedBytes())
              .addAllCounts(
                  List.of(
                      counts.newChunks(),
                      counts.newBytes(),
                      counts.knownChunks(),
                      counts.knownBytes(),
                      counts.unchangedChunks(),
                      counts.unchangedBytes()))
              .setDocument(disk.document()));
    }
    return result.build();
  }

  public static ManifestSummary manifest(PointSummary told) {
    return new ManifestSummary(
        UUID.fromString(told.getRestorePointId()),
        RestorePointType.values()[told.getType()],
        SessionTexts.id(told.getBaseRestorePointId()),
        Instant.ofEpochMilli(told.getCreatedEpochMillis()),
        Instant.ofEpochMilli(told.getSealedEpochMillis()),
        told.getDisksList().stream().map(PointTexts::disk).toList(),
        told.getLabelsMap(),
        told.getDocument(),
        told.getManifestDigest());
  }

  private static ManifestSummary.Disk disk(PointDiskSummary told) {
    ChunkCounts counts =
        new ChunkCounts(
            told.getCounts(0),
            told.getCounts(1),
            told.getCounts(2),
            told.getCounts(3),
            told.getCounts(4),
            told.getCounts(5));
    return new ManifestSummary.Disk(
        told.getDiskKey(),
        told.getSizeBytes(),
        told.getDataBytes(),
        told.getReadBytes(),
        told.getStoredBytes(),
        counts,
        told.getDocument());
  }
}
