package io.holdfast.pool.gc;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorKind;
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
  private static final String SESSION = "session";
  private static final String SEAL = "seal";

  public SessionFacts {
    pinned = Set.copyOf(pinned);
    packs = Set.copyOf(packs);
  }

  /**
   * All sessions with a folder, those sealed a moment ago included.
   *
   * @throws BackupException POOL_READ_FAILED and what else keeps a session from being read for now:
   *     what it needs is not known then, and nothing may be removed
   */
  public static List<SessionFacts> list(PoolScope scope) {
    List<SessionFacts> result = new ArrayList<>();
    for (String name : scope.files().list(scope.tree().sessions())) {
      PoolTree.idBefore(name, "")
          .filter(id -> holds(scope, id, SESSION))
          .ifPresent(id -> result.add(read(scope, id)));
    }
    return result;
  }

  /** Asks the folder: one that cannot be read is told from one that has no such file. */
  private static boolean holds(PoolScope scope, UUID id, String name) {
    return scope.files().list(scope.tree().session(id)).contains(name);
  }

  private static SessionFacts read(PoolScope scope, UUID id) {
    Set<UUID> pinned = new HashSet<>();
    Optional<SessionDocument> session =
        document(scope, id, SESSION, FileKind.SESSION, SessionDocument.parser());
    session.ifPresent(
        found -> {
          addId(pinned, found.getBaseRestorePointId());
          addId(pinned, found.getPreviousRestorePointId());
        });
    long generation = session.map(SessionDocument::getGeneration).orElse(0L);
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
    document(scope, id, SEAL, FileKind.SEAL, SealDocument.parser())
        .ifPresent(
            seal -> {
              for (SealedPack pack : seal.getPacksList()) {
                result.add(UUID.fromString(pack.getPackId()));
              }
            });
    return result;
  }

  /** Empty when it is gone or damaged for good; any other failure may pass and is thrown. */
  private static <T extends MessageLite> Optional<T> document(
      PoolScope scope, UUID id, String name, FileKind kind, Parser<T> parser) {
    if (!holds(scope, id, name)) {
      return Optional.empty();
    }
    try {
      Path file = scope.tree().session(id).resolve(name);
      return Optional.of(DocumentFile.read(scope.files(), file, kind, parser).body());
    } catch (BackupException failure) {
      if (failure.kind() == ErrorKind.CORRUPT || !holds(scope, id, name)) {
        return Optional.empty();
      }
      throw failure;
    }
  }
}
