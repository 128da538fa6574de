package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.document.PoolDescriptor;
import io.holdfast.pool.document.PoolKindNumber;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.Features;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.key.KeySlots;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.medium.PoolFiles;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The descriptor: what makes a folder a pool. Written last when a pool is created. */
final class PoolDescriptors {
  /** What an interrupted creation may leave, and what file systems put into their root. */
  private static final Set<String> HARMLESS =
      Set.of(
          "packs",
          "maps",
          "manifests",
          "sessions",
          "keys",
          "lease.lock",
          "pool.hfp.tmp",
          "lost+found");

  private PoolDescriptors() {}

  /**
   * @param secret of an encrypted pool
   * @return the recovery key of a pool that is new and encrypted
   */
  static Optional<String> create(
      PoolFiles files,
      PoolTree tree,
      PoolSettings settings,
      Optional<PoolSecret> secret,
      Clock clock) {
    requireChunkSize(settings.chunkBytes());
    if (files.exists(tree.descriptor())) {
      requireSame(files, tree, settings);
      return Optional.empty();
    }
    if (settings.encrypted() && secret.isEmpty()) {
      throw BackupException.of(ErrorCode.POOL_KEY_NEEDED, "folder", tree.root());
    }
    if (!HARMLESS.containsAll(files.list(tree.root()))) {
      throw BackupException.of(ErrorCode.POOL_FOLDER_NOT_EMPTY, "folder", tree.root());
    }
    createDurably(files, tree.root());
    for (Path folder : List.of(tree.packs(), tree.maps(), tree.manifests(), tree.sessions())) {
      files.createFolder(folder);
    }
    files.syncFolder(tree.root());
    PoolScope scope = new PoolScope(files, tree, settings.poolId(), settings.chunkBytes(), 0);
    Optional<String> recoveryKey =
        secret.filter(key -> settings.encrypted()).map(new KeySlots(scope, clock)::create);
    DocumentFile.write(
        files,
        tree.descriptor(),
        FileHeader.of(FileKind.DESCRIPTOR, scope, settings.poolId(), 0)
            .withFeatures(features(settings.kind(), settings.encrypted())),
        PoolDescriptor.newBuilder()
            .setPoolId(settings.poolId().toString())
            .setName(settings.name())
            .setChunkBytes(settings.chunkBytes())
            .setCreatedEpochMillis(clock.millis())
            .setKind(stored(settings.kind()))
            .setEncrypted(settings.encrypted())
            .build());
    return recoveryKey;
  }

  /** Makes the descriptor ask for a feature of its readers, durably; does nothing when it does. */
  static void require(PoolScope scope, int feature) {
    Path file = scope.tree().descriptor();
    DocumentFile<PoolDescriptor> document =
        DocumentFile.read(scope.files(), file, FileKind.DESCRIPTOR, PoolDescriptor.parser());
    int before = document.header().features();
    if ((before & feature) == 0) {
      FileHeader header = document.header().withFeatures(before | feature);
      DocumentFile.write(scope.files(), file, header, document.body());
    }
  }

  private static int features(PoolKind kind, boolean encrypted) {
    return (kind == PoolKind.DEDUP ? Features.DEDUP : 0) | (encrypted ? Features.ENCRYPTED : 0);
  }

  /** A new folder's name is durable only when the folder it stands in is synced. */
  private static void createDurably(PoolFiles files, Path folder) {
    Path parent = folder.toAbsolutePath().getParent();
    if (files.exists(folder) || parent == null) {
      return;
    }
    createDurably(files, parent);
    files.createFolder(folder);
    files.syncFolder(parent);
  }

  private static void requireSame(PoolFiles files, PoolTree tree, PoolSettings settings) {
    PoolDescriptor there = read(files, tree, Optional.empty());
    if (!there.getPoolId().equals(settings.poolId().toString())
        || there.getChunkBytes() != settings.chunkBytes()
        || kind(there) != settings.kind()
        || there.getEncrypted() != settings.encrypted()) {
      throw BackupException.of(
          ErrorCode.POOL_EXISTS, "folder", tree.root(), "pool", there.getName());
    }
  }

  static PoolKind kind(PoolDescriptor descriptor) {
    return descriptor.getKind() == PoolKindNumber.POOL_KIND_DEDUP
        ? PoolKind.DEDUP
        : PoolKind.STANDARD;
  }

  private static PoolKindNumber stored(PoolKind kind) {
    return kind == PoolKind.DEDUP
        ? PoolKindNumber.POOL_KIND_DEDUP
        : PoolKindNumber.POOL_KIND_STANDARD;
  }

  private static void requireChunkSize(int chunkBytes) {
    if (chunkBytes < PoolSettings.MIN_CHUNK_BYTES
        || chunkBytes > PoolSettings.MAX_CHUNK_BYTES
        || Integer.bitCount(chunkBytes) != 1) {
      throw BackupException.of(
          ErrorCode.VALUE_OUT_OF_RANGE,
          "field",
          "chunk_bytes",
          "value",
          chunkBytes,
          "min",
          PoolSettings.MIN_CHUNK_BYTES,
          "max",
          PoolSettings.MAX_CHUNK_BYTES);
    }
  }

  static PoolDescriptor read(PoolFiles files, PoolTree tree, Optional<UUID> expected) {
    Path file = tree.descriptor();
    if (!files.exists(file)) {
      throw BackupException.of(ErrorCode.POOL_NOT_FOUND, "folder", tree.root());
    }
    DocumentFile<PoolDescriptor> document =
        DocumentFile.read(files, file, FileKind.DESCRIPTOR, PoolDescriptor.parser());
    UUID actual = document.header().poolId();
    if (expected.isPresent() && !expected.get().equals(actual)) {
      throw BackupException.of(
          ErrorCode.POOL_ID_MISMATCH,
          "folder",
          tree.root(),
          "expected",
          expected.get(),
          "actual",
          actual);
    }
    if (!document.body().getPoolId().equals(actual.toString())) {
      throw FormatErrors.corrupt(file, FileHeader.BYTES, ReasonCode.HEADER_NAMES_OTHER_POOL);
    }
    int told = document.header().features() & ~Features.MOVED;
    if (told != features(kind(document.body()), document.body().getEncrypted())) {
      throw FormatErrors.corrupt(file, FileHeader.BYTES, ReasonCode.HEADER_NAMES_OTHER_KIND);
    }
    return document.body();
  }
}
