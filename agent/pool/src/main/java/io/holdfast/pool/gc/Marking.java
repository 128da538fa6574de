package io.holdfast.pool.gc;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.document.CondemnedPack;
import io.holdfast.pool.document.CondemnedPacks;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.map.DiskMapReader;
import io.holdfast.pool.pack.MovedPacks;
import io.holdfast.pool.pack.PackPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Finds what is alive by reading all maps. Reads only. The order is what makes it right: packs are
 * listed first, then what sessions are about to seal, then the restore points: a pack of the list
 * belongs to one of the latter two or to nobody.
 */
final class Marking {
  private final PoolScope scope;
  private final MovedPacks moved;
  private final Map<UUID, Boolean> condemned = new HashMap<>();
  private final Marks marks;
  private final Set<UUID> gonePacks = new HashSet<>();
  private final MarkListener listener;
  private Set<UUID> restorePoints = Set.of();
  private long freshBytes;
  private boolean complete = true;
  private long maps;

  /** Is told the maps read so far; false stops. */
  @FunctionalInterface
  interface MarkListener {
    boolean marked(long maps);
  }

  Marking(
      PoolScope scope,
      MovedPacks moved,
      Map<Long, CondemnedPacks> condemnations,
      MarkListener listener) {
    this.scope = scope;
    this.moved = moved;
    this.listener = listener;
    for (CondemnedPacks document : condemnations.values()) {
      for (CondemnedPack pack : document.getPacksList()) {
        condemned.put(UUID.fromString(pack.getPackId()), pack.getMoved());
      }
    }
    this.marks = new Marks(scope, listPacks(scope));
    for (SessionFacts session : SessionFacts.list(scope)) {
      session.packs().forEach(marks::leaveAlone);
    }
    condemned.keySet().forEach(marks::leaveAlone);
  }

  /** The packs in {@code packs/}. */
  static List<UUID> listPacks(PoolScope scope) {
    List<UUID> result = new ArrayList<>();
    for (String shard : scope.files().list(scope.tree().packs())) {
      scope.files().list(scope.tree().packs().resolve(shard)).stream()
          .map(PoolTree::packId)
          .flatMap(Optional::stream)
          .forEach(result::add);
    }
    return result;
  }

  /**
   * Marks what the maps of all restore points but some name.
   *
   * @return bytes of records that were not marked before
   */
  long run(Set<UUID> except) {
    MapWalk walk = new MapWalk(scope, this::mark);
    freshBytes = 0;
    Set<UUID> read = walk.run(except);
    complete &= !walk.wasStopped();
    Set<UUID> all = new HashSet<>(restorePoints);
    all.addAll(read);
    restorePoints = all;
    return freshBytes;
  }

  Marks marks() {
    return marks;
  }

  /** Those whose maps were read as a whole. */
  Set<UUID> restorePoints() {
    return restorePoints;
  }

  /** Packs that maps name and that are gone. */
  Set<UUID> gonePacks() {
    return gonePacks;
  }

  /** Not stopped. */
  boolean isComplete() {
    return complete;
  }

  private boolean mark(UUID restorePointId, DiskMapReader map) {
    List<UUID> table = map.packTable();
    int[] numbers = new int[table.size()];
    boolean[] follow = new boolean[table.size()];
    for (int i = 0; i < numbers.length; i++) {
      UUID pack = table.get(i);
      numbers[i] = marks.indexOf(pack);
      boolean there = numbers[i] >= 0 || scope.files().exists(scope.tree().pack(pack));
      if (!there) {
        gonePacks.add(pack);
      }
      follow[i] = !there || condemned.getOrDefault(pack, false);
    }
    map.forEachPlace(
        (pack, offset, storedLength, id) -> {
          if (follow[pack]) {
            markMoved(table.get(pack), id.get());
          } else if (numbers[pack] >= 0) {
            freshBytes += marks.mark(numbers[pack], offset, storedLength);
          }
        });
    maps++;
    return listener.marked(maps);
  }

  /** Also through packs that are still there but condemned: only the last one stays. */
  private void markMoved(UUID from, ChunkId id) {
    UUID pack = from;
    for (int depth = 0; depth <= MovedPacks.MAX_DEPTH; depth++) {
      Optional<PackPlace> place = moved.find(pack, id);
      if (place.isEmpty()) {
        moved.targets(pack).forEach(marks::leaveAlone);
        return;
      }
      pack = place.get().packId();
      if (!condemned.getOrDefault(pack, false)) {
        markPlace(place.get());
        return;
      }
    }
  }

  private void markPlace(PackPlace place) {
    int pack = marks.indexOf(place.packId());
    if (pack >= 0) {
      freshBytes += marks.mark(pack, place.offset(), place.storedLength());
    }
  }
}
