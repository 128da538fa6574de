package io.holdfast.pool.gc;

import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.document.CondemnedPack;
import io.holdfast.pool.document.CondemnedPacks;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.map.DiskMapReader;
import io.holdfast.pool.pack.MovedPacks;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Looks once more whether condemned packs are needed: by restore points that were sealed after the
 * mark, from sessions that began before the condemnation. Reads only.
 */
final class CondemnedCheck {
  private final PoolScope scope;
  private final MovedPacks moved;
  private final Map<UUID, Boolean> condemned = new HashMap<>();
  private final Set<UUID> marked;
  private final Set<UUID> needed = new HashSet<>();

  CondemnedCheck(PoolScope scope, MovedPacks moved, CondemnedPacks document) {
    this.scope = scope;
    this.moved = moved;
    for (CondemnedPack pack : document.getPacksList()) {
      condemned.put(UUID.fromString(pack.getPackId()), pack.getMoved());
    }
    this.marked =
        document.getMarkedRestorePointIdsList().stream()
            .map(UUID::fromString)
            .collect(Collectors.toSet());
  }

  /** The packs of the document that are needed. */
  Set<UUID> neededPacks() {
    new MapWalk(scope, this::look).run(marked);
    return needed;
  }

  private boolean look(UUID restorePointId, DiskMapReader map) {
    List<UUID> table = map.packTable();
    boolean[] interesting = new boolean[table.size()];
    boolean any = false;
    for (int i = 0; i < interesting.length; i++) {
      interesting[i] = condemned.containsKey(table.get(i)) || isGone(table.get(i));
      any |= interesting[i];
    }
    if (any) {
      map.forEachPlace(
          (pack, offset, storedLength, id) -> {
            if (interesting[pack] && !needed.contains(table.get(pack))) {
              look(table.get(pack), id.get(), MovedPacks.MAX_DEPTH);
            }
          });
    }
    return true;
  }

  private boolean isGone(UUID packId) {
    return !scope.files().exists(scope.tree().pack(packId));
  }

  /** A reader goes this way too; what it would find must stay. */
  private void look(UUID packId, ChunkId id, int depth) {
    if (condemned.containsKey(packId)) {
      boolean elsewhere = condemned.get(packId) && moved.find(packId, id).isPresent();
      if (!elsewhere) {
        needed.add(packId);
      }
    } else if (depth > 0 && isGone(packId)) {
      moved.targets(packId).forEach(target -> look(target, id, depth - 1));
    }
  }
}
