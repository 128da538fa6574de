package io.holdfast.agent.upkeep;

import io.holdfast.agent.protocol.PointFacts;
import io.holdfast.agent.protocol.RemovalPreview;
import io.holdfast.agent.transfer.Ids;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolUpkeep;
import io.holdfast.pool.store.Reclaimable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Single restore points of an open pool: what is known of them, protection, removal (POOL-09).
 * Stateless; the pool stays the caller's to close.
 */
public final class PoolPoints {
  private PoolPoints() {}

  /**
   * What is known of every sealed restore point; one that goes meanwhile is left out. The pool's
   * lease is looked at before and after, because a pool that was unmounted looks empty: what was
   * told counts only when this returns.
   */
  public static void list(Pool pool, Consumer<PointFacts> each) {
    PoolUpkeep upkeep = pool.upkeep();
    upkeep.checkLease();
    for (UUID id : upkeep.restorePoints()) {
      each.accept(RetentionRun.facts(id, upkeep.retention(id)));
    }
    upkeep.checkLease();
  }

  /**
   * Protects a restore point by hand, or ends that.
   *
   * @throws BackupException RESTORE_POINT_NOT_FOUND
   */
  public static PointFacts protect(Pool pool, String restorePointId, boolean held) {
    UUID id = Ids.parse("restore_point_id", restorePointId);
    pool.upkeep().protect(id, held);
    return RetentionRun.facts(id, pool.upkeep().retention(id));
  }

  /**
   * Removes a restore point.
   *
   * @return false when it was not there
   * @throws BackupException POINT_IMMUTABLE, POINT_PROTECTED, POINT_IN_USE, POINT_BEING_READ
   */
  public static boolean remove(Pool pool, String restorePointId) {
    try {
      pool.upkeep().prune(Ids.parse("restore_point_id", restorePointId));
      return true;
    } catch (BackupException refused) {
      if (refused.code() == ErrorCode.RESTORE_POINT_NOT_FOUND) {
        return false;
      }
      throw refused;
    }
  }

  /** What removing restore points would free; those that are not there count nothing. */
  public static RemovalPreview preview(Pool pool, List<String> restorePointIds) {
    Set<UUID> ids = new HashSet<>();
    restorePointIds.forEach(text -> ids.add(Ids.parse("restore_point_id", text)));
    ids.retainAll(pool.upkeep().restorePoints());
    Reclaimable freed = pool.upkeep().reclaimable(ids);
    return RemovalPreview.newBuilder()
        .setRestorePoints(freed.restorePoints())
        .setChunks(freed.chunks())
        .setPackBytes(freed.packBytes())
        .setFileBytes(freed.fileBytes())
        .build();
  }
}
