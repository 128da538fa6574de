package io.holdfast.pool.gc;

import io.holdfast.pool.document.CondemnedPack;
import io.holdfast.pool.document.CondemnedPacks;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.medium.PoolFiles.FileLease;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/**
 * Deletes condemned packs once nobody can refer to them any more; puts back those that somebody
 * does. Not thread-safe. Every step may be repeated.
 */
final class CondemnedDeletion {
  private static final int AT_ONCE = 1_000;

  private final CollectedPool pool;
  private final PoolScope scope;
  private final GcListener listener;
  private final Set<UUID> holding = new LinkedHashSet<>();
  private boolean readers;
  private boolean stopped;
  private long deleted;
  private long freedBytes;
  private long reinstated;

  CondemnedDeletion(CollectedPool pool, GcListener listener) {
    this.pool = pool;
    this.scope = pool.scope();
    this.listener = listener;
  }

  long deleted() {
    return deleted;
  }

  long freedBytes() {
    return freedBytes;
  }

  long reinstated() {
    return reinstated;
  }

  /** Whether the listener stopped it. */
  boolean wasStopped() {
    return stopped;
  }

  /** What is left and why. */
  GcReport.Waiting waiting() {
    long packs =
        pool.condemnations().documents().values().stream()
            .mapToLong(CondemnedPacks::getPacksCount)
            .sum();
    return new GcReport.Waiting(packs, List.copyOf(holding), readers);
  }

  /** Deletes what can be deleted now. */
  void run() {
    Map<Long, CondemnedPacks> documents = pool.condemnations().documents();
    if (documents.isEmpty()) {
      return;
    }
    Optional<FileLease> alone = scope.files().tryLock(scope.tree().readersLock());
    if (alone.isEmpty()) {
      readers = true;
      return;
    }
    try (FileLease held = alone.get()) {
      for (Map.Entry<Long, CondemnedPacks> document : documents.entrySet()) {
        if (!stopped && isFree(document.getKey())) {
          checkAndDelete(document.getKey(), document.getValue());
        }
      }
    }
  }

  /** Nobody is left that began before the condemnation. */
  private boolean isFree(long generation) {
    boolean free = true;
    for (SessionFacts session : SessionFacts.list(scope)) {
      if (session.generation() < generation) {
        holding.add(session.sessionId());
        free = false;
      }
    }
    OptionalLong oldest = pool.oldestReader();
    if (oldest.isPresent() && oldest.getAsLong() < generation) {
      readers = true;
      free = false;
    }
    return free;
  }

  private void checkAndDelete(long generation, CondemnedPacks document) {
    Set<UUID> needed = new CondemnedCheck(scope, pool.moved(), document).neededPacks();
    pool.checkLease();
    if (!needed.isEmpty()) {
      pool.condemnations().reinstate(generation, needed);
      reinstated += needed.size();
      deleteMoved(needed);
    }
    List<CondemnedPack> doomed = new ArrayList<>(document.getPacksList());
    doomed.removeIf(pack -> needed.contains(UUID.fromString(pack.getPackId())));
    Map<UUID, List<UUID>> naming = namingDocuments(doomed);
    for (int from = 0; from < doomed.size() && !stopped; from += AT_ONCE) {
      List<CondemnedPack> part = doomed.subList(from, Math.min(doomed.size(), from + AT_ONCE));
      delete(part, naming);
      Set<UUID> ids = new HashSet<>();
      part.forEach(pack -> ids.add(UUID.fromString(pack.getPackId())));
      pool.condemnations().deleted(generation, ids);
      stopped = !listener.reached(GcListener.Phase.DELETE, deleted);
    }
  }

  private void deleteMoved(Set<UUID> packs) {
    for (UUID pack : packs) {
      if (scope.files().exists(scope.tree().moved(pack))) {
        scope.files().delete(scope.tree().moved(pack));
        scope.files().syncFolder(scope.tree().packShard(pack));
      }
    }
  }

  /** By target: the packs whose documents name one that is going to be deleted. */
  private Map<UUID, List<UUID>> namingDocuments(List<CondemnedPack> doomed) {
    Map<UUID, List<UUID>> result = new HashMap<>();
    Set<UUID> going = new HashSet<>();
    doomed.stream()
        .filter(CondemnedPack::getMoved)
        .forEach(pack -> going.add(UUID.fromString(pack.getPackId())));
    if (!going.isEmpty()) {
      for (UUID pack : listMoved(scope)) {
        for (UUID target : pool.moved().targets(pack)) {
          if (going.contains(target)) {
            result.computeIfAbsent(target, id -> new ArrayList<>()).add(pack);
          }
        }
      }
    }
    return result;
  }

  /** The packs that have a document of where they went. */
  static List<UUID> listMoved(PoolScope scope) {
    List<UUID> result = new ArrayList<>();
    for (String shard : scope.files().list(scope.tree().packs())) {
      scope.files().list(scope.tree().packs().resolve(shard)).stream()
          .map(name -> PoolTree.idBefore(name, PoolTree.MOVED))
          .flatMap(Optional::stream)
          .forEach(result::add);
    }
    return result;
  }

  private void delete(List<CondemnedPack> packs, Map<UUID, List<UUID>> naming) {
    Set<UUID> gone = new HashSet<>();
    for (CondemnedPack pack : packs) {
      UUID id = UUID.fromString(pack.getPackId());
      for (UUID named : naming.getOrDefault(id, List.of())) {
        passOn(named, id);
      }
      pool.packGoing(id);
      freedBytes += scope.packLength(id);
      scope.files().delete(scope.tree().pack(id));
      gone.add(id);
      deleted++;
    }
    gone.stream()
        .map(scope.tree()::packShard)
        .distinct()
        .filter(scope.files()::exists)
        .forEach(scope.files()::syncFolder);
  }

  /** What was moved into a pack that was moved in its turn is looked for where that went. */
  private void passOn(UUID packId, UUID through) {
    Set<UUID> targets = new LinkedHashSet<>();
    for (UUID target : pool.moved().targets(packId)) {
      if (target.equals(through)) {
        targets.addAll(pool.moved().targets(through));
      } else {
        targets.add(target);
      }
    }
    pool.moved().leaveWord(packId, List.copyOf(targets), pool.condemnations().generation());
  }
}
