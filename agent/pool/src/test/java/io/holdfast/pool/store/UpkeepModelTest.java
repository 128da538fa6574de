package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.MemoryFiles;
import io.holdfast.pool.testing.PoolFlavor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Backups that begin, go on and end, prunes, restores, verifications and crashes in between any two
 * file operations of a garbage collection, from a seed, against byte arrays: no chunk of a sealed
 * restore point is ever lost. {@code -Dholdfast.model.seeds=…} soaks.
 */
@Tag("POOL-09")
@Tag("POOL-10")
class UpkeepModelTest {
  private static final int CHUNK = 1 << 16;
  private static final int CHUNKS = 10;

  /** Few contents, so that what has died comes back. */
  private static final int CONTENTS = 24;

  private static final int STEPS = Integer.getInteger("holdfast.model.steps", 50);
  private static final int SEEDS = Integer.getInteger("holdfast.model.seeds", 30);
  private static final Path FOLDER = Path.of("/pool");
  private static final UUID POOL_ID = new UUID(9, 0xf00L);
  private static final String DISK = "vda";

  private final Map<UUID, byte[]> sealed = new LinkedHashMap<>();
  private final Map<UUID, Running> running = new LinkedHashMap<>();
  private final Map<UUID, RestorePointReader> readers = new LinkedHashMap<>();
  private MemoryFiles files = new MemoryFiles();
  private PoolFlavor flavor = PoolFlavor.STANDARD;
  private Random random = new Random(0);
  private byte[][] contents = new byte[0][];
  private byte[] disk = new byte[0];
  private Pool pool;
  private int points;
  private long seed;

  /** A backup that has begun. */
  private record Running(BackupSession session, byte[] disk, Optional<UUID> base) {}

  @ParameterizedTest
  @CsvSource({"STANDARD", "DEDUP"})
  void nothingSealedIsEverLost(PoolFlavor chosen) {
    flavor = chosen;
    long reinstated = 0;
    long moved = 0;
    long deleted = 0;
    for (int round = 0; round < SEEDS; round++) {
      seed = Long.getLong("holdfast.seed", 1_000L * chosen.ordinal()) + round;
      try {
        GcTotals totals = play();
        reinstated += totals.reinstated;
        moved += totals.compacted;
        deleted += totals.deleted;
      } catch (RuntimeException | AssertionError broken) {
        throw new AssertionError(chosen + " with seed " + seed, broken);
      }
    }
    assertTrue(deleted > 0, "nothing was deleted");
    assertTrue(moved > 0, "nothing was compacted");
    assertTrue(!chosen.isDedup() || reinstated > 0, "nothing was reinstated");
    System.out.printf(
        "upkeep model %s: %d seeds, %d packs compacted, %d deleted, %d reinstated%n",
        chosen, SEEDS, moved, deleted, reinstated);
  }

  private static final class GcTotals {
    private long reinstated;
    private long compacted;
    private long deleted;
  }

  private GcTotals play() {
    random = new Random(seed);
    files = new MemoryFiles();
    sealed.clear();
    running.clear();
    readers.clear();
    contents = new byte[CONTENTS][CHUNK];
    for (int i = 1; i < CONTENTS; i++) {
      random.nextBytes(contents[i]);
    }
    disk = new byte[CHUNKS * CHUNK];
    pool = flavor.create(files, FOLDER, POOL_ID, CHUNK);
    GcTotals totals = new GcTotals();
    for (int step = 0; step < STEPS; step++) {
      writeToDisk();
      act(random.nextInt(10));
      if (random.nextInt(3) == 0) {
        collect(totals);
      }
      if (random.nextInt(12) == 0) {
        crash();
      }
      checkAll();
    }
    endWithNoGarbage(totals);
    pool.close();
    assertEquals(0, files.openFiles());
    return totals;
  }

  private void writeToDisk() {
    for (int i = random.nextInt(5); i >= 0; i--) {
      int chunk = random.nextInt(CHUNKS);
      System.arraycopy(contents[random.nextInt(CONTENTS)], 0, disk, chunk * CHUNK, CHUNK);
    }
  }

  /** One operation beside garbage collection. */
  private void act(int kind) {
    switch (kind) {
      case 0, 1, 2 -> begin();
      case 3, 4, 5 -> endOne();
      case 6, 7 -> pruneOne();
      case 8 -> readOne();
      default -> checkOne();
    }
  }

  private Optional<UUID> anyOf(Map<UUID, ?> map) {
    return map.isEmpty()
        ? Optional.empty()
        : Optional.of(List.copyOf(map.keySet()).get(random.nextInt(map.size())));
  }

  private void begin() {
    if (running.size() >= 3) {
      return;
    }
    points++;
    UUID id = new UUID(seed, points);
    Optional<UUID> base = random.nextInt(3) == 0 ? Optional.empty() : anyOf(sealed);
    byte[] now = disk.clone();
    SessionSpec spec =
        Backups.spec(
            id,
            base.isEmpty() ? RestorePointType.FULL : RestorePointType.INCREMENTAL,
            base,
            Map.of(DISK, now));
    BackupSession session = pool.beginSession(spec);
    List<ByteRange> ranges = base.map(of -> differences(sealed.get(of), now)).orElse(whole(now));
    session.storePlan(
        DISK,
        base.isPresent() ? Gap.BASE : Gap.ZERO,
        Backups.split(Backups.plan(now.length, CHUNK, ranges), 1 + random.nextInt(2)));
    running.put(id, new Running(session, now, base));
    if (random.nextBoolean()) {
      Backups.transfer(session, DISK, now);
    }
  }

  private static List<ByteRange> whole(byte[] bytes) {
    return Backups.whole(bytes);
  }

  private static List<ByteRange> differences(byte[] before, byte[] after) {
    List<ByteRange> result = new ArrayList<>();
    for (int at = 0; at < after.length; at += CHUNK) {
      if (!Arrays.equals(before, at, at + CHUNK, after, at, at + CHUNK)) {
        result.add(new ByteRange(at, CHUNK));
      }
    }
    return result;
  }

  private void endOne() {
    Optional<UUID> id = anyOf(running);
    if (id.isEmpty()) {
      return;
    }
    Running backup = running.remove(id.get());
    if (random.nextInt(8) == 0) {
      backup.session().abandon();
      return;
    }
    Backups.transfer(backup.session(), DISK, backup.disk());
    backup.session().seal(Backups.seal());
    sealed.put(id.get(), backup.disk());
  }

  private void pruneOne() {
    Optional<UUID> id = anyOf(sealed);
    if (id.isEmpty() || sealed.size() < 3) {
      return;
    }
    boolean used =
        readers.containsKey(id.get())
            || running.values().stream().anyMatch(backup -> backup.base().equals(id));
    try {
      pool.upkeep().prune(id.get());
      assertTrue(!used, "a restore point in use was pruned");
      sealed.remove(id.get());
    } catch (BackupException refused) {
      assertTrue(
          Set.of(ErrorCode.POINT_IN_USE, ErrorCode.POINT_BEING_READ).contains(refused.code()));
      assertTrue(used, "a restore point that nobody uses was not pruned");
    }
  }

  private void readOne() {
    Optional<UUID> open = anyOf(readers);
    if (open.isPresent()) {
      check(open.get(), readers.get(open.get()));
      readers.remove(open.get()).close();
    } else {
      anyOf(sealed).ifPresent(id -> readers.put(id, pool.restorePoint(id)));
    }
  }

  private void checkOne() {
    anyOf(sealed)
        .ifPresent(
            id -> assertArrayEquals(sealed.get(id), Backups.restore(pool, id, DISK), "lost"));
  }

  private void check(UUID id, RestorePointReader reader) {
    DiskReader opened = reader.disk(DISK);
    ByteBuffer bytes = ByteBuffer.allocate((int) opened.sizeBytes());
    opened.read(0, bytes);
    assertArrayEquals(sealed.get(id), bytes.array(), "a reader got other bytes");
  }

  private void checkAll() {
    assertEquals(sealed.size(), pool.manifests().size());
    sealed.forEach(
        (id, expected) ->
            assertArrayEquals(expected, Backups.restore(pool, id, DISK), "lost " + id));
  }

  /** A run in which everybody else gets a turn between any two file operations. */
  private void collect(GcTotals totals) {
    int[] share = {0, 50, 95, 95};
    long[] budget = {0, 3L * CHUNK, 1L << 40};
    GcSettings settings =
        new GcSettings(share[random.nextInt(4)], budget[random.nextInt(3)], 4L * CHUNK);
    int seldom = 5 + random.nextInt(60);
    int stopAt = random.nextInt(4) == 0 ? random.nextInt(10) : Integer.MAX_VALUE;
    int[] reached = new int[1];
    files.interleave(
        () -> {
          if (random.nextInt(seldom) == 0) {
            writeToDisk();
            act(random.nextInt(10));
          }
        });
    GcReport report =
        pool.upkeep().collectGarbage(settings, (phase, done) -> reached[0]++ < stopAt);
    files.interleave(() -> {});
    totals.reinstated += report.reinstated();
    totals.compacted += report.compacted();
    totals.deleted += report.deleted();
    if (random.nextInt(4) == 0) {
      assertEquals(List.of(), pool.verify((done, total) -> true).damage());
    }
  }

  private void crash() {
    readers.values().forEach(RestorePointReader::close);
    readers.clear();
    MemoryFiles after = random.nextBoolean() ? files.afterKill() : files.afterPowerLoss(random);
    pool.close();
    files = after;
    pool = flavor.open(files, FOLDER, POOL_ID);
    for (UUID id : List.copyOf(running.keySet())) {
      Running lost = running.get(id);
      BackupSession session = pool.reopenSession(id).orElseThrow();
      running.put(id, new Running(session, lost.disk(), lost.base()));
    }
  }

  private void endWithNoGarbage(GcTotals totals) {
    readers.values().forEach(RestorePointReader::close);
    readers.clear();
    while (!running.isEmpty()) {
      endOne();
    }
    GcReport report = pool.upkeep().collectGarbage(GcSettings.DEFAULT, (phase, done) -> true);
    // One reinstates what was copied in vain, the next deletes the copies.
    for (int run = 0; run < 3; run++) {
      totals.deleted += report.deleted();
      report = pool.upkeep().collectGarbage(GcSettings.DEFAULT, (phase, done) -> true);
    }
    assertEquals(0, report.mark().deadPacks());
    assertEquals(0, report.waiting().packs());
    assertEquals(0, report.mark().leftAlone());
    checkAll();
    checkNoChains();
    assertEquals(List.of(), pool.verify((done, total) -> true).damage());
  }

  /** What was moved twice is looked for in the last place at once. */
  private void checkNoChains() {
    FolderPool folder = (FolderPool) pool;
    for (Path file : files.allFiles(FOLDER)) {
      PoolTree.idBefore(file.getFileName().toString(), PoolTree.MOVED)
          .ifPresent(
              pack ->
                  folder
                      .moved()
                      .targets(pack)
                      .forEach(
                          target -> assertTrue(files.exists(folder.scope().tree().pack(target)))));
    }
  }
}
