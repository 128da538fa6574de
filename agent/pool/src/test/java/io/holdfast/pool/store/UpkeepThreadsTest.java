package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.testing.Backups;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups, restores, prunes and collections on threads of their own, on real files and index. */
@Tag("POOL-10")
class UpkeepThreadsTest {
  private static final int CHUNK = 1 << 16;
  private static final int BACKUPS = Integer.getInteger("holdfast.model.steps", 40);
  private static final int CHUNKS = 12;
  private static final String DISK = "vda";

  @TempDir private Path folder;
  private final byte[][] contents = new byte[30][CHUNK];
  private final Map<UUID, byte[]> sealed = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicBoolean done = new AtomicBoolean();
  private long deleted;
  private int restored;

  @Test
  void nothingIsLostWhenAllRunAtOnce() throws Exception {
    Random random = new Random(16);
    for (byte[] content : contents) {
      random.nextBytes(content);
    }
    PoolSettings settings = new PoolSettings(new UUID(16, 16), "t", CHUNK, PoolKind.DEDUP);
    try (Pool pool = FolderPool.create(folder, settings, Clock.systemUTC())) {
      runAll(pool);
      for (Map.Entry<UUID, byte[]> point : sealed.entrySet()) {
        assertArrayEquals(point.getValue(), Backups.restore(pool, point.getKey(), DISK));
      }
      assertEquals(List.of(), pool.verify((read, total) -> true).damage());
      assertTrue(deleted > 0 && restored > 0, deleted + " deleted, " + restored + " restored");
    }
  }

  private void runAll(Pool pool) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(5);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int seed = i;
        writers.add(executor.submit(() -> backUp(pool, new Random(seed))));
      }
      List<Future<?>> others =
          List.of(
              executor.submit(() -> prune(pool)),
              executor.submit(untilDone(() -> restoreOne(pool))),
              executor.submit(untilDone(() -> collect(pool))));
      for (Future<?> writer : writers) {
        writer.get();
      }
      done.set(true);
      for (Future<?> other : others) {
        other.get();
      }
    } finally {
      done.set(true);
      executor.shutdown();
    }
  }

  private Callable<Void> untilDone(Runnable step) {
    return () -> {
      while (!done.get()) {
        step.run();
      }
      return null;
    };
  }

  private void backUp(Pool pool, Random random) {
    for (int i = 0; i < BACKUPS; i++) {
      byte[] disk = new byte[CHUNKS * CHUNK];
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        System.arraycopy(contents[random.nextInt(contents.length)], 0, disk, chunk * CHUNK, CHUNK);
      }
      UUID id = new UUID(16, ids.incrementAndGet());
      Backups.backup(pool, Backups.full(id, Map.of(DISK, disk)), disk, Backups.whole(disk));
      sealed.put(id, disk);
    }
  }

  private Void prune(Pool pool) {
    while (!done.get()) {
      sealed.keySet().stream()
          .sorted()
          .limit(Math.max(0, sealed.size() - 3))
          .forEach(id -> pruneOne(pool, id));
    }
    return null;
  }

  private void pruneOne(Pool pool, UUID id) {
    byte[] disk = sealed.remove(id);
    try {
      pool.upkeep().prune(id);
    } catch (BackupException refused) {
      assertEquals(ErrorCode.POINT_BEING_READ, refused.code());
      sealed.put(id, disk);
    }
  }

  private void restoreOne(Pool pool) {
    for (Map.Entry<UUID, byte[]> point : sealed.entrySet()) {
      try {
        assertArrayEquals(point.getValue(), Backups.restore(pool, point.getKey(), DISK));
        restored++;
      } catch (BackupException gone) {
        assertEquals(ErrorCode.RESTORE_POINT_NOT_FOUND, gone.code());
      }
    }
  }

  private void collect(Pool pool) {
    GcSettings settings = new GcSettings(80, 1L << 30, 20L * CHUNK);
    GcReport report = pool.upkeep().collectGarbage(settings, (phase, progress) -> true);
    deleted += report.deleted();
  }
}
