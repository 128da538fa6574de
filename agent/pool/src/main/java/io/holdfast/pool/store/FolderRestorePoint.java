package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.document.Manifest;
import io.holdfast.pool.document.ManifestDisk;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.map.DiskMapReader;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A sealed restore point, read from the pool's folder. */
final class FolderRestorePoint implements RestorePointReader {
  private final PoolScope scope;
  private final UUID id;
  private final DocumentFile<Manifest> manifest;
  private final ChunkReader chunks;
  private final Map<String, FolderDiskReader> disks = new LinkedHashMap<>();

  private FolderRestorePoint(
      PoolScope scope, UUID id, DocumentFile<Manifest> manifest, ChunkReader chunks) {
    this.scope = scope;
    this.id = id;
    this.manifest = manifest;
    this.chunks = chunks;
  }

  static FolderRestorePoint open(PoolScope scope, UUID id, ChunkReader chunks) {
    if (!ManifestFile.exists(scope, id)) {
      throw BackupException.of(
          ErrorCode.RESTORE_POINT_NOT_FOUND, "id", id, "folder", scope.tree().root());
    }
    return new FolderRestorePoint(scope, id, ManifestFile.read(scope, id), chunks);
  }

  @Override
  public ManifestSummary manifest() {
    return ManifestSummaries.of(manifest);
  }

  @Override
  public synchronized FolderDiskReader disk(String diskKey) {
    FolderDiskReader known = disks.get(diskKey);
    if (known != null) {
      return known;
    }
    for (int number = 0; number < manifest.body().getDisksCount(); number++) {
      ManifestDisk disk = manifest.body().getDisks(number);
      if (disk.getDiskKey().equals(diskKey)) {
        FolderDiskReader reader = openDisk(number, disk);
        disks.put(diskKey, reader);
        return reader;
      }
    }
    throw BackupException.of(ErrorCode.NOT_FOUND, "what", "Disk", "id", diskKey);
  }

  /** The disk, if it is part of the restore point and its map is sound. */
  Optional<FolderDiskReader> findDisk(String diskKey) {
    try {
      return Optional.of(disk(diskKey));
    } catch (BackupException unusable) {
      return Optional.empty();
    }
  }

  private FolderDiskReader openDisk(int number, ManifestDisk disk) {
    DiskMapReader map = DiskMapReader.open(scope, id, number);
    String expected = HexFormat.of().formatHex(disk.getMapSha256().toByteArray());
    if (!map.sha256().equals(expected) || map.diskSizeBytes() != disk.getSizeBytes()) {
      map.close();
      throw FormatErrors.corrupt(map.path(), 0, ReasonCode.NOT_THE_NAMED_MAP);
    }
    return new FolderDiskReader(disk.getDiskKey(), map, chunks);
  }

  @Override
  public synchronized void close() {
    disks.values().forEach(FolderDiskReader::close);
    disks.clear();
  }
}
