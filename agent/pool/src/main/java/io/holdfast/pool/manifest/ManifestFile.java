package io.holdfast.pool.manifest;

import io.holdfast.error.ReasonCode;
import io.holdfast.pool.document.Manifest;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Manifests as files. */
public final class ManifestFile {
  private ManifestFile() {}

  /** Whether the restore point is sealed. */
  public static boolean exists(PoolScope scope, UUID restorePointId) {
    return scope.files().exists(scope.tree().manifest(restorePointId));
  }

  /** Ids of all manifests, by their file names. */
  public static List<UUID> list(PoolScope scope) {
    return scope.files().list(scope.tree().manifests()).stream()
        .map(PoolTree::manifestId)
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Writes a manifest; when this returns the restore point exists, durably.
   *
   * @return SHA-256 of the file, hex
   */
  public static String write(PoolScope scope, Manifest manifest) {
    UUID id = UUID.fromString(manifest.getRestorePointId());
    FileHeader header = FileHeader.of(FileKind.MANIFEST, scope, id, 0);
    return DocumentFile.write(scope.files(), scope.tree().manifest(id), header, manifest);
  }

  /**
   * Reads and checks a manifest.
   *
   * @throws io.holdfast.error.BackupException FORMAT_CORRUPT, FORMAT_TOO_NEW, FORMAT_TOO_OLD
   */
  public static DocumentFile<Manifest> read(PoolScope scope, UUID restorePointId) {
    Path file = scope.tree().manifest(restorePointId);
    DocumentFile<Manifest> document =
        DocumentFile.read(scope.files(), file, FileKind.MANIFEST, Manifest.parser());
    document.header().expect(scope.poolId(), restorePointId, file);
    Manifest body = document.body();
    if (!body.getRestorePointId().equals(restorePointId.toString())
        || body.getChunkBytes() != scope.chunkBytes()) {
      throw FormatErrors.corrupt(file, FileHeader.BYTES, ReasonCode.MANIFEST_OF_ANOTHER);
    }
    return document;
  }
}
