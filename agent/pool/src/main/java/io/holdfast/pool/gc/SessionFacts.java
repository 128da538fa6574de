package io.holdfast.pool.gc;

import io.holdfast.error.BackupException;
import io.holdfast.pool.document.SealDocument;
import io.holdfast.pool.document.SealedPack;
import io.holdfast.pool.document.SessionDocument;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a session that has a folder keeps from being removed, whether this process has it open or
 * not. A session whose document cannot be read can only be abandoned; it counts as the oldest.
 *
 * @param sessionId which one
 * @param generation of garbage collection when it began
 * @param pinned its base and previous restore points
 * @param packs of its seal, in {@code packs/} or on the way
 */
public record SessionFacts(UUID sessionId, long generation, Set<UUID> pinned, Set<UUID> packs) {
  public SessionFacts {
    pinned = Set.copyOf(pinned);
    packs = Set.copyOf(packs);
  }

  /** All sessions with a folder, those sealed a moment ago included. */
  public static List<SessionFacts> list(PoolScope scope) {
    List<SessionFacts> result = new ArrayList<>();
    for (String name : scope.files().list(scope.tree().sessions())) {
      PoolTree.idBefore(name, "")
          .filter(id -> scope.files().exists(file(scope, id, "session")))
          .ifPresent(id -> result.add(read(scope, id)));
    }
    return result;
  }

  private static Path file(PoolScope scope, UUID id, String name) {
    return scope.tree().session(id).resolve(name);
  }

  private static SessionFacts read(PoolScope scope, UUID id) {
    long generation = 0;
    Set<UUID> pinned = new HashSet<>();
    try {
      SessionDocument session =
          DocumentFile.read(
                  scope.files(),
                  file(scope, id, "session"),
                  FileKind.SESSION,
                  SessionDocument.parser())
              .body();
      generation = session.getGeneration();
      addId(pinned, session.getBaseRestorePointId());
      addId(pinned, session.getPreviousRestorePointId());
    } catch (BackupException goneOrDamaged) {
      generation = 0;
    }
    return new SessionFacts(id, generation, pinned, sealedPacks(scope, id));
  }

  private static void addId(Set<UUID> ids, String text) {
    if (!text.isEmpty()) {
      ids.add(UUID.fromString(text));
    }
  }

  /** One that ends meanwhile has its manifest, or is garbage with its packs. */
  private static Set<UUID> sealedPacks(PoolScope scope, UUID id) {
    Set<UUID> result = new HashSet<>();
    seal(scope, id)
        .ifPresent(
            seal -> {
              for (SealedPack pack : seal.getPacksList()) {
                result.add(UUID.fromString(pack.getPackId()));
              }
            });
    return result;
  }

  private static Optional<SealDocument> seal(PoolScope scope, UUID id) {
    Path file = file(scope, id, "seal");
    if (!scope.files().exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          DocumentFile.read(scope.files(), file, FileKind.SEAL, SealDocument.parser()).body());
    } catch (BackupException goneOrDamaged) {
      return Optional.empty();
    }
  }
}
