package io.holdfast.pool.retention;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.document.Retention;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The retention facts of a restore point: {@code retention/<id>} (POOL-10). Each change is durable
 * as a whole or not at all. The caller sees to it that one thread at a time changes them.
 */
public final class RetentionFile {
  private RetentionFile() {}

  /**
   * The facts; the default ones where there is no file.
   *
   * @throws BackupException FORMAT_CORRUPT: nobody can say then that it is not protected
   */
  public static Retention read(PoolScope scope, UUID restorePointId) {
    Path file = scope.tree().retention(restorePointId);
    if (!scope.files().exists(file)) {
      return Retention.getDefaultInstance();
    }
    DocumentFile<Retention> document =
        DocumentFile.read(scope.files(), file, FileKind.RETENTION, Retention.parser());
    document.header().expect(scope.poolId(), restorePointId, file);
    return document.body();
  }

  /** The end of the immutable period, if there is one. */
  public static Optional<Instant> immutableUntil(Retention retention) {
    long until = retention.getImmutableUntilEpochMillis();
    return until == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(until));
  }

  /** Protects by hand, or ends that; an immutable period stays. */
  public static void protect(PoolScope scope, UUID restorePointId, boolean held) {
    write(
        scope, restorePointId, read(scope, restorePointId).toBuilder().setProtected(held).build());
  }

  /** Notes for people which rules keep the restore point. */
  public static void noteRules(PoolScope scope, UUID restorePointId, List<String> rules) {
    Retention before = read(scope, restorePointId);
    if (!before.getKeptForList().equals(rules)) {
      write(scope, restorePointId, before.toBuilder().clearKeptFor().addAllKeptFor(rules).build());
    }
  }

  /**
   * Sets or prolongs the immutable period.
   *
   * @throws BackupException POINT_IMMUTABLE when that would shorten it; RESTORE_POINT_NOT_FOUND
   */
  public static void extendImmutable(PoolScope scope, UUID restorePointId, Instant until) {
    Retention before = read(scope, restorePointId);
    long millis = until.toEpochMilli();
    if (millis < before.getImmutableUntilEpochMillis()) {
      throw BackupException.of(
          ErrorCode.POINT_IMMUTABLE,
          "id",
          restorePointId,
          "until",
          Instant.ofEpochMilli(before.getImmutableUntilEpochMillis()));
    }
    write(scope, restorePointId, before.toBuilder().setImmutableUntilEpochMillis(millis).build());
  }

  private static void write(PoolScope scope, UUID restorePointId, Retention facts) {
    if (!ManifestFile.exists(scope, restorePointId)) {
      throw BackupException.of(
          ErrorCode.RESTORE_POINT_NOT_FOUND, "id", restorePointId, "folder", scope.tree().root());
    }
    if (!scope.files().exists(scope.tree().retention())) {
      scope.files().createFolder(scope.tree().retention());
      scope.files().syncFolder(scope.tree().root());
    }
    DocumentFile.write(
        scope.files(),
        scope.tree().retention(restorePointId),
        FileHeader.of(FileKind.RETENTION, scope, restorePointId, 0),
        facts);
  }
}
