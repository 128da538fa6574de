package io.holdfast.pool.gc;

import io.holdfast.pool.document.CondemnedPack;
import io.holdfast.pool.format.PoolScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Garbage collection of a pool that is open for writing (POOL-10), beside backups, restores and
 * verification. One run at a time per pool; used once, by one thread.
 *
 * <p>What holds after a crash at any file operation: nothing that a sealed restore point needs is
 * gone; the next run goes on, having lost its mark and the pack being compacted.
 */
public final class GarbageCollection {
  private static final int CONDEMNED_AT_ONCE = 100_000;

  private final CollectedPool pool;
  private final PoolScope scope;
  private final GcSettings settings;
  private final GcListener listener;
  private long condemned;
  private boolean complete = true;

  public GarbageCollection(CollectedPool pool, GcSettings settings, GcListener listener) {
    this.pool = pool;
    this.scope = pool.scope();
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Collects.
   *
   * @throws io.holdfast.error.BackupException FORMAT_… when a manifest, a map or a document of
   *     moved packs is damaged: nobody knows what it needs, so nothing is removed; POOL_FULL,
   *     POOL_WRITE_FAILED, POOL_IN_USE
   */
  public GcReport run() {
    pool.checkLease();
    prepare();
    Set<UUID> movedBefore = goneButMoved();
    Marking marking = mark();
    List<Integer> sparse = new ArrayList<>();
    GcReport.MarkReport found = survey(marking, sparse);
    CondemnedDeletion deletion = new CondemnedDeletion(pool, listener);
    long compacted = 0;
    long copiedBytes = 0;
    if (marking.isComplete()) {
      condemnDead(marking);
      try (PackCompaction compaction = new PackCompaction(pool, marking, settings)) {
        complete = compaction.run(sparse, listener);
        compacted = compaction.compactedPacks();
        copiedBytes = compaction.copiedBytes();
      }
      condemned += compacted;
      deletion.run();
      complete &= !deletion.wasStopped();
      tidy(marking, movedBefore);
    } else {
      complete = false;
    }
    return new GcReport(
        complete,
        pool.condemnations().generation(),
        marking.restorePoints().size(),
        found,
        compacted,
        copiedBytes,
        condemned,
        deletion.deleted(),
        deletion.freedBytes(),
        deletion.reinstated(),
        deletion.waiting());
  }

  /** What a run would find; changes nothing. */
  public GcReport dryRun() {
    Marking marking = mark();
    GcReport.MarkReport found = survey(marking, new ArrayList<>());
    return new GcReport(
        marking.isComplete(),
        pool.condemnations().generation(),
        marking.restorePoints().size(),
        found,
        0,
        0,
        0,
        0,
        0,
        0,
        new CondemnedDeletion(pool, listener).waiting());
  }

  /** What an earlier run left half done. */
  private void prepare() {
    scope.files().createFolder(scope.tree().gcWork());
    scope.files().syncFolder(scope.tree().gc());
    scope.files().syncFolder(scope.tree().root());
    for (String name : scope.files().list(scope.tree().gcWork())) {
      scope.files().delete(scope.tree().gcWork().resolve(name));
    }
    for (UUID pack : CondemnedDeletion.listMoved(scope)) {
      if (scope.files().exists(scope.tree().pack(pack))
          && !pool.condemnations().isCondemned(pack)) {
        scope.files().delete(scope.tree().moved(pack));
        scope.files().syncFolder(scope.tree().packShard(pack));
      }
    }
  }

  /** Packs that were moved and deleted by earlier runs. */
  private Set<UUID> goneButMoved() {
    Set<UUID> result = new HashSet<>(CondemnedDeletion.listMoved(scope));
    result.removeIf(pack -> scope.files().exists(scope.tree().pack(pack)));
    return result;
  }

  private Marking mark() {
    Marking marking =
        new Marking(
            scope,
            pool.moved(),
            pool.condemnations().documents(),
            maps -> listener.reached(GcListener.Phase.MARK, maps));
    marking.run(Set.of());
    return marking;
  }

  /**
   * Sums up.
   *
   * @param sparse is given the packs to compact, the emptiest first
   */
  private GcReport.MarkReport survey(Marking marking, List<Integer> sparse) {
    Marks marks = marking.marks();
    long[] sums = new long[8];
    double[] share = new double[marks.size()];
    for (int pack = 0; pack < marks.size(); pack++) {
      long length = scope.packLength(marks.packId(pack));
      sums[0] += length;
      sums[1] += marks.liveChunks(pack);
      sums[2] += marks.liveBytes(pack);
      if (marks.isLeftAlone(pack)) {
        sums[7]++;
      } else if (marks.liveChunks(pack) == 0) {
        sums[3]++;
        sums[4] += length;
      } else if (marks.liveBytes(pack) * 100 < length * settings.minLivePercent()) {
        sums[5]++;
        sums[6] += length - marks.liveBytes(pack);
        share[pack] = (double) marks.liveBytes(pack) / length;
        sparse.add(pack);
      }
    }
    sparse.sort(Comparator.comparingDouble(pack -> share[pack]));
    return new GcReport.MarkReport(
        marks.size(), sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]);
  }

  private void condemnDead(Marking marking) {
    Marks marks = marking.marks();
    List<CondemnedPack> dead = new ArrayList<>();
    for (int pack = 0; pack < marks.size(); pack++) {
      if (!marks.isLeftAlone(pack) && marks.liveChunks(pack) == 0) {
        dead.add(CondemnedPack.newBuilder().setPackId(marks.packId(pack).toString()).build());
      }
    }
    for (int from = 0; from < dead.size(); from += CONDEMNED_AT_ONCE) {
      int to = Math.min(dead.size(), from + CONDEMNED_AT_ONCE);
      pool.checkLease();
      pool.condemnations().condemn(dead.subList(from, to), marking.restorePoints());
      condemned += to - from;
    }
  }

  /** Documents of moved packs that no map needs any more. */
  private void tidy(Marking marking, Set<UUID> movedBefore) {
    Set<UUID> needless = new HashSet<>(movedBefore);
    needless.removeAll(marking.gonePacks());
    if (needless.isEmpty()) {
      return;
    }
    needless.removeAll(namedMeanwhile(marking.restorePoints()));
    Set<UUID> targets = new HashSet<>();
    for (UUID pack : CondemnedDeletion.listMoved(scope)) {
      targets.addAll(pool.moved().targets(pack));
    }
    needless.removeAll(targets);
    for (UUID pack : needless) {
      scope.files().delete(scope.tree().moved(pack));
      scope.files().syncFolder(scope.tree().packShard(pack));
    }
  }

  private Set<UUID> namedMeanwhile(Set<UUID> marked) {
    Set<UUID> named = new HashSet<>();
    new MapWalk(
            scope,
            (id, map) -> {
              named.addAll(map.packTable());
              return true;
            })
        .run(marked);
    return named;
  }
}
