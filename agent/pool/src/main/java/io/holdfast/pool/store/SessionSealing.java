package io.holdfast.pool.store;

import com.google.protobuf.ByteString;
import io.holdfast.pool.document.Manifest;
import io.holdfast.pool.document.ManifestDisk;
import io.holdfast.pool.document.SealDocument;
import io.holdfast.pool.document.SealedPack;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.map.DiskMapWriter;
import io.holdfast.pool.plan.PlanFile;
import io.holdfast.pool.plan.StreamPlanSummary;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The last steps of a session: packs into place, maps, manifest. Every step may be repeated. */
final class SessionSealing {
  private final PoolScope scope;
  private final SessionFolder folder;
  private final SessionSpec session;
  private final SealDocument packs;

  SessionSealing(PoolScope scope, SessionFolder folder, SessionSpec session, SealDocument packs) {
    this.scope = scope;
    this.folder = folder;
    this.session = session;
    this.packs = packs;
  }

  /**
   * A disk ready to be sealed.
   *
   * @param number in the session
   * @param disk of the session
   * @param plan its plan
   * @param streams whose journals cover the plan
   * @param base the disk in the base restore point, when the plan's gap is BASE
   */
  record CoveredDisk(
      int number,
      SessionDisk disk,
      PlanFile plan,
      List<FolderStreamWriter> streams,
      Optional<FolderDiskReader> base) {}

  /** The packs of a seal. */
  static List<UUID> packs(SealDocument seal) {
    return seal.getPacksList().stream().map(SealedPack::getPackId).map(UUID::fromString).toList();
  }

  /** Moves the packs and makes room for the maps. */
  void placePacks() {
    folder.movePacks(packs);
    scope.files().createFolder(scope.tree().maps(session.sessionId()));
    scope.files().syncFolder(scope.tree().maps());
  }

  /** Writes the map of a disk. */
  ManifestDisk writeMap(CoveredDisk covered, ByteString document) {
    SessionDisk disk = covered.disk();
    UUID id = session.sessionId();
    try (DiskMapWriter writer =
        DiskMapWriter.create(scope, id, covered.number(), disk.sizeBytes())) {
      MapBuilder builder =
          new MapBuilder(scope, writer, covered.plan(), packs.getPacksList(), covered.base());
      builder.build(covered.streams());
      DiskMapWriter.Written written = writer.finish();
      long readBytes =
          covered.plan().summaries().stream().mapToLong(StreamPlanSummary::readBytes).sum();
      return builder
          .counts()
          .into(ManifestDisk.newBuilder())
          .setDiskKey(disk.diskKey())
          .setSizeBytes(disk.sizeBytes())
          .setMapFile(scope.tree().relative(scope.tree().map(id, covered.number())))
          .setMapBytes(written.lengthBytes())
          .setMapSha256(ByteString.copyFrom(HexFormat.of().parseHex(written.sha256())))
          .setDataBytes(written.dataBytes())
          .setReadBytes(readBytes)
          .setDocument(document)
          .build();
    }
  }

  /** Writes the manifest: the restore point exists when this returns. */
  void writeManifest(List<ManifestDisk> disks, SealSpec seal, Clock clock) {
    ManifestFile.write(
        scope,
        Manifest.newBuilder()
            .setRestorePointId(session.sessionId().toString())
            .setType(ManifestSummaries.stored(session.type()))
            .setBaseRestorePointId(session.base().map(UUID::toString).orElse(""))
            .setCreatedEpochMillis(seal.createdAt().toEpochMilli())
            .setSealedEpochMillis(clock.millis())
            .setChunkBytes(scope.chunkBytes())
            .addAllDisks(disks)
            .putAllLabels(seal.labels())
            .setDocument(seal.document())
            .build());
  }
}
