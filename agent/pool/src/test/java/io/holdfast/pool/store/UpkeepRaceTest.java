package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.model.ByteRange;
import io.holdfast.pool.gc.GcListener;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.MemoryFiles;
import io.holdfast.pool.testing.PoolFlavor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The one race that only listing again finds, tried at every file operation of a collection. */
@Tag("POOL-10")
class UpkeepRaceTest {
  private static final int CHUNK = 1 << 16;
  private static final Path FOLDER = Path.of("/pool");
  private static final UUID POOL_ID = new UUID(14, 14);
  private static final UUID FIRST = new UUID(14, 1);
  private static final UUID OTHER = new UUID(14, 2);
  private static final UUID LATE = new UUID(14, 3);
  private static final UUID HEIR = new UUID(14, 4);
  private static final String DISK = "vda";

  private final byte[] disk = new byte[6 * CHUNK];
  private final byte[] heir = new byte[6 * CHUNK];

  /**
   * A pack is condemned as dead; a session from before refers to it and is sealed; a session made
   * from that one is open.
   */
  private MemoryFiles condemnedButInherited() {
    Random random = new Random(14);
    random.nextBytes(disk);
    System.arraycopy(disk, 0, heir, 0, disk.length);
    random.nextBytes(heir);
    System.arraycopy(disk, CHUNK, heir, CHUNK, 5 * CHUNK);
    byte[] other = new byte[CHUNK];
    random.nextBytes(other);
    MemoryFiles files = new MemoryFiles();
    try (Pool pool = PoolFlavor.DEDUP.create(files, FOLDER, POOL_ID, CHUNK)) {
      Backups.backup(pool, Backups.full(FIRST, Map.of(DISK, disk)), disk, Backups.whole(disk));
      Backups.backup(pool, Backups.full(OTHER, Map.of(DISK, other)), other, Backups.whole(other));
      BackupSession late = pool.beginSession(Backups.full(LATE, Map.of(DISK, disk)));
      plan(late, Gap.ZERO, Backups.whole(disk));
      pool.upkeep().prune(FIRST);
      GcReport first =
          collect(
              pool,
              (phase, done) -> {
                if (phase == GcListener.Phase.MARK) {
                  Backups.transfer(late, DISK, disk);
                }
                return true;
              });
      assertTrue(first.waiting().sessions().contains(LATE));
      assertTrue(first.waiting().packs() > 0);
      ManifestSummary sealed = late.seal(Backups.seal());
      assertEquals(6, sealed.disks().get(0).counts().knownChunks());
      SessionSpec spec =
          Backups.spec(HEIR, RestorePointType.INCREMENTAL, Optional.of(LATE), Map.of(DISK, heir));
      BackupSession session = pool.beginSession(spec);
      plan(session, Gap.BASE, List.of(new ByteRange(0, CHUNK)));
      Backups.transfer(session, DISK, heir);
    }
    return files.copy();
  }

  private static void plan(BackupSession session, Gap gap, List<ByteRange> ranges) {
    session.storePlan(DISK, gap, List.of(Backups.plan(6 * CHUNK, CHUNK, ranges)));
  }

  private static GcReport collect(Pool pool, GcListener listener) {
    return pool.upkeep().collectGarbage(new GcSettings(0, 0, CHUNK), listener);
  }

  @Test
  void whatAPrunedPointHandsOnDuringTheCheckStays() {
    MemoryFiles start = condemnedButInherited();
    long at = 0;
    boolean cameInBetween = true;
    while (cameInBetween) {
      at++;
      cameInBetween = handOnAt(start.copy(), at);
    }
    assertTrue(at > 40, "only " + at + " operations");
  }

  /** Whether the run had so many operations. */
  private boolean handOnAt(MemoryFiles files, long at) {
    long[] seen = new long[1];
    try (Pool pool = PoolFlavor.DEDUP.open(files, FOLDER, POOL_ID)) {
      BackupSession session = pool.reopenSession(HEIR).orElseThrow();
      files.interleave(
          () -> {
            seen[0]++;
            if (seen[0] == at) {
              session.seal(Backups.seal());
              pool.upkeep().prune(LATE);
            }
          });
      collect(pool, (phase, done) -> true);
      files.interleave(() -> {});
      if (seen[0] < at) {
        session.seal(Backups.seal());
      }
      collect(pool, (phase, done) -> true);
      assertArrayEquals(heir, Backups.restore(pool, HEIR, DISK), "lost at operation " + at);
      assertEquals(List.of(), pool.verify((done, total) -> true).damage());
    }
    return seen[0] >= at;
  }
}
