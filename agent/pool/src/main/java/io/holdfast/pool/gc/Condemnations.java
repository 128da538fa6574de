package io.holdfast.pool.gc;

import io.holdfast.error.CorruptionException;
import io.holdfast.pool.document.CondemnedPack;
import io.holdfast.pool.document.CondemnedPacks;
import io.holdfast.pool.document.GcState;
import io.holdfast.pool.format.DocumentFile;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The condemned packs of a pool that is open for writing, and its generation. Read once at opening,
 * before the first session. Thread-safe: {@link #isCondemned} never waits for a write.
 *
 * <p>What holds after a crash: a document is there as a whole or not at all; packs are a miss for
 * deduplication from before their condemnation can be seen in a session's generation.
 */
public final class Condemnations {
  private final PoolScope scope;
  private final TreeMap<Long, CondemnedPacks> documents = new TreeMap<>();

  /** Deleted in this process: what somebody still remembers of them must not come back. */
  private final Set<UUID> deleted = new HashSet<>();

  private volatile Set<UUID> condemned = Set.of();
  private volatile long generation;
  private long compactedPacks;

  private Condemnations(PoolScope scope) {
    this.scope = scope;
  }

  /** Reads what is condemned. A pool without {@code gc/} has generation 0. */
  public static Condemnations read(PoolScope scope) {
    Condemnations result = new Condemnations(scope);
    result.load();
    return result;
  }

  private void load() {
    long highest = 0;
    Path state = scope.tree().gcState();
    if (scope.files().exists(state)) {
      try {
        highest =
            DocumentFile.read(scope.files(), state, FileKind.GC_STATE, GcState.parser())
                .body()
                .getGeneration();
      } catch (CorruptionException damaged) {
        // The documents below have the numbers that matter; verify reports the damage.
        highest = 0;
      }
    }
    for (String name : scope.files().list(scope.tree().condemned())) {
      if (name.matches("[0-9]{1,18}")) {
        long number = Long.parseLong(name);
        highest = Math.max(highest, number);
        readDocument(number);
      }
    }
    generation = highest;
    refresh();
  }

  /** A damaged list condemns nothing: its packs are found dead again by the next run. */
  private void readDocument(long number) {
    try {
      documents.put(
          number,
          DocumentFile.read(
                  scope.files(),
                  scope.tree().condemned(number),
                  FileKind.CONDEMNED,
                  CondemnedPacks.parser())
              .body());
    } catch (CorruptionException damaged) {
      documents.remove(number);
    }
  }

  private void refresh() {
    Set<UUID> all = new HashSet<>(deleted);
    for (CondemnedPacks document : documents.values()) {
      for (CondemnedPack pack : document.getPacksList()) {
        all.add(UUID.fromString(pack.getPackId()));
      }
    }
    condemned = all;
  }

  /** The generation that sessions and readers begin in now. */
  public long generation() {
    return generation;
  }

  /** A number no other pack written by a compaction in this epoch has. */
  synchronized long nextCompactedPack() {
    return compactedPacks++;
  }

  /** Whether a pack is condemned: nothing new may refer to it. */
  public boolean isCondemned(UUID packId) {
    return condemned.contains(packId);
  }

  /** Packs condemned and not yet deleted, by generation, oldest first. */
  public synchronized Map<Long, CondemnedPacks> documents() {
    return new TreeMap<>(documents);
  }

  /**
   * Condemns packs, durably: a miss for deduplication when this returns, and the generation is
   * raised after that.
   *
   * @param markedRestorePoints whose maps were looked at
   * @return the new generation
   */
  public synchronized long condemn(List<CondemnedPack> packs, Set<UUID> markedRestorePoints) {
    long next = generation + 1;
    scope.files().createFolder(scope.tree().condemned());
    scope.files().syncFolder(scope.tree().gc());
    scope.files().syncFolder(scope.tree().root());
    store(
        CondemnedPacks.newBuilder()
            .setGeneration(next)
            .addAllPacks(packs)
            .addAllMarkedRestorePointIds(
                markedRestorePoints.stream().map(UUID::toString).sorted().toList())
            .build());
    generation = next;
    return next;
  }

  private void store(CondemnedPacks document) {
    FileHeader header = FileHeader.of(FileKind.CONDEMNED, scope, scope.poolId(), 0);
    DocumentFile.write(
        scope.files(), scope.tree().condemned(document.getGeneration()), header, document);
    documents.put(document.getGeneration(), document);
    refresh();
  }

  /**
   * Takes packs off a generation's document: they are deleted. An empty document is deleted.
   * Durable when this returns.
   */
  public synchronized void deleted(long ofGeneration, Set<UUID> packs) {
    deleted.addAll(packs);
    takeOff(ofGeneration, packs);
  }

  /** Takes packs off a generation's document: they are alive. Durable when this returns. */
  public synchronized void reinstate(long ofGeneration, Set<UUID> packs) {
    takeOff(ofGeneration, packs);
  }

  private void takeOff(long ofGeneration, Set<UUID> packs) {
    CondemnedPacks document = documents.get(ofGeneration);
    if (document == null) {
      return;
    }
    Set<String> off = packs.stream().map(UUID::toString).collect(Collectors.toSet());
    List<CondemnedPack> left = new ArrayList<>(document.getPacksList());
    left.removeIf(pack -> off.contains(pack.getPackId()));
    if (left.isEmpty()) {
      recordGeneration();
      scope.files().delete(scope.tree().condemned(ofGeneration));
      scope.files().syncFolder(scope.tree().condemned());
      documents.remove(ofGeneration);
      refresh();
    } else {
      store(document.toBuilder().clearPacks().addAllPacks(left).build());
    }
  }

  /** The number must not fall back when the last document goes. */
  private void recordGeneration() {
    DocumentFile.write(
        scope.files(),
        scope.tree().gcState(),
        FileHeader.of(FileKind.GC_STATE, scope, scope.poolId(), 0),
        GcState.newBuilder().setGeneration(generation).build());
  }
}
