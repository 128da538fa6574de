package io.holdfast.pool.gc;

import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.manifest.ManifestFile;
import io.holdfast.pool.pack.MovedPacks;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What only some restore points need (POOL-09): two marks, the second counting what is new. */
public final class FreedByPruning {
  private FreedByPruning() {}

  /**
   * What would be free.
   *
   * @param chunks records
   * @param bytes of those, as stored
   */
  public record Freed(long chunks, long bytes) {}

  /**
   * Reads all maps.
   *
   * @param going restore points to be removed
   */
  public static Freed of(PoolScope scope, MovedPacks moved, Set<UUID> going) {
    Marking marking = new Marking(scope, moved, Map.of(), maps -> true);
    marking.run(going);
    long before = chunks(marking.marks());
    Set<UUID> staying = new HashSet<>(ManifestFile.list(scope));
    staying.removeAll(going);
    long bytes = marking.run(staying);
    return new Freed(chunks(marking.marks()) - before, bytes);
  }

  private static long chunks(Marks marks) {
    long sum = 0;
    for (int pack = 0; pack < marks.size(); pack++) {
      sum += marks.liveChunks(pack);
    }
    return sum;
  }
}
