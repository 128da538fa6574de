package io.holdfast.pool.store;

import io.holdfast.error.CorruptionException;
import io.holdfast.pool.document.OwnerDocument;
import io.holdfast.pool.document.SealDocument;
import io.holdfast.pool.document.SealedPack;
import io.holdfast.pool.document.SessionDocument;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.medium.PoolFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The folder of a session: names, documents, deletion. No state besides the files. */
final class SessionFolder {
  private final PoolScope scope;
  private final PoolFiles files;
  private final UUID sessionId;
  private final Path folder;

  SessionFolder(PoolScope scope, UUID sessionId) {
    this(scope, sessionId, scope.tree().session(sessionId));
  }

  private SessionFolder(PoolScope scope, UUID sessionId, Path folder) {
    this.scope = scope;
    this.files = scope.files();
    this.sessionId = sessionId;
    this.folder = folder;
  }

  Path plan(int diskNumber) {
    return folder.resolve(diskNumber + ".plan");
  }

  Path journal(int diskNumber, int stream) {
    return folder.resolve(diskNumber + "-" + stream + ".journal");
  }

  String packName(int diskNumber, int stream, int sequence) {
    return diskNumber + "-" + stream + "-" + sequence + ".pack";
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  private Path sessionFile() {
    return folder.resolve("session");
  }

  private Path sealFile() {
    return folder.resolve("seal");
  }

  private Path ownerFile(String name) {
    return folder.resolve("doc-" + name);
  }

  /** Whether there is a session: its document is in place. */
  boolean exists() {
    return files.exists(sessionFile());
  }

  void begin(SessionDocument document) {
    files.createFolder(folder);
    files.syncFolder(scope.tree().sessions());
    DocumentFile.write(files, sessionFile(), header(FileKind.SESSION), document);
  }

  SessionDocument session() {
    DocumentFile<SessionDocument> document =
        DocumentFile.read(files, sessionFile(), FileKind.SESSION, SessionDocument.parser());
    document.header().expect(scope.poolId(), sessionId, sessionFile());
    return document.body();
  }

  void storeOwnerDocument(String name, OwnerDocument document) {
    DocumentFile.write(files, ownerFile(name), header(FileKind.OWNER_DOCUMENT), document);
  }

  Optional<OwnerDocument> ownerDocument(String name) {
    if (!files.exists(ownerFile(name))) {
      return Optional.empty();
    }
    return Optional.of(
        DocumentFile.read(files, ownerFile(name), FileKind.OWNER_DOCUMENT, OwnerDocument.parser())
            .body());
  }

  void storeSeal(SealDocument document) {
    DocumentFile.write(files, sealFile(), header(FileKind.SEAL), document);
  }

  Optional<SealDocument> seal() {
    if (!files.exists(sealFile())) {
      return Optional.empty();
    }
    return Optional.of(
        DocumentFile.read(files, sealFile(), FileKind.SEAL, SealDocument.parser()).body());
  }

  private FileHeader header(FileKind kind) {
    return FileHeader.of(kind, scope, sessionId, 0);
  }

  /**
   * Moves the packs of a seal into place; those that are there already are left. Durable when this
   * returns.
   */
  void movePacks(SealDocument seal) {
    for (SealedPack pack : seal.getPacksList()) {
      Path source = folder.resolve(pack.getSessionFile());
      if (files.exists(source)) {
        UUID packId = UUID.fromString(pack.getPackId());
        Path shard = scope.tree().packShard(packId);
        if (!files.exists(shard)) {
          files.createFolder(shard);
          files.syncFolder(scope.tree().packs());
        }
        files.rename(source, scope.tree().pack(packId));
      }
    }
    seal.getPacksList().stream()
        .map(pack -> scope.tree().packShard(UUID.fromString(pack.getPackId())))
        .distinct()
        .forEach(files::syncFolder);
    files.syncFolder(folder);
  }

  /**
   * Deletes the session and what it wrote. Of a sealed one only the folder goes. Every step may be
   * repeated.
   */
  void abandon() {
    if (files.exists(folder)) {
      finishAbandon();
      files.rename(folder, scope.tree().abandoned(sessionId));
      files.syncFolder(scope.tree().sessions());
    }
    finishAbandon();
  }

  /** Goes on with the deletion of a session whose folder bears the mark. */
  void finishAbandon() {
    Path doomed = scope.tree().abandoned(sessionId);
    if (!ManifestFile.exists(scope, sessionId)) {
      SessionFolder marked = new SessionFolder(scope, sessionId, doomed);
      marked.deletePlacedPacks();
      deleteFolder(scope.tree().maps(sessionId));
    }
    deleteFolder(doomed);
  }

  private void deletePlacedPacks() {
    List<UUID> packs;
    try {
      packs =
          seal().map(SealDocument::getPacksList).orElse(List.of()).stream()
              .map(pack -> UUID.fromString(pack.getPackId()))
              .toList();
    } catch (CorruptionException damaged) {
      // The list is lost; packs that nothing refers to are garbage and harm nobody.
      return;
    }
    for (UUID pack : packs) {
      files.delete(scope.tree().pack(pack));
    }
    packs.stream()
        .map(scope.tree()::packShard)
        .distinct()
        .filter(files::exists)
        .forEach(files::syncFolder);
  }

  private void deleteFolder(Path doomed) {
    if (!files.exists(doomed)) {
      return;
    }
    for (String name : files.list(doomed)) {
      if (!name.equals("seal")) {
        files.delete(doomed.resolve(name));
      }
    }
    files.delete(doomed.resolve("seal"));
    files.delete(doomed);
    files.syncFolder(doomed.getParent());
  }
}
