package io.holdfast.pool.offline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolKind;
import io.holdfast.pool.store.PoolSettings;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.verify.VerifyReport;
import io.holdfast.pool.verify.VerifySelection;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upkeep of a real folder, as the agent JAR's commands do it. */
@Tag("POOL-09")
@Tag("POOL-10")
class OfflineUpkeepTest {
  private static final int CHUNK = 1 << 16;
  private static final UUID FIRST = new UUID(15, 1);
  private static final UUID SECOND = new UUID(15, 2);
  private static final Clock CLOCK = Clock.systemUTC();

  @TempDir private Path folder;
  private final byte[] first = new byte[8 * CHUNK];
  private final byte[] second = new byte[8 * CHUNK];

  @BeforeEach
  void makePool() {
    Random random = new Random(15);
    random.nextBytes(first);
    System.arraycopy(first, 0, second, 0, 2 * CHUNK);
    PoolSettings settings = new PoolSettings(new UUID(15, 15), "u", CHUNK, PoolKind.DEDUP);
    try (Pool pool = FolderPool.create(folder, settings, CLOCK)) {
      Backups.backup(pool, Backups.full(FIRST, Map.of("vda", first)), first, Backups.whole(first));
      Backups.backup(
          pool, Backups.full(SECOND, Map.of("vda", second)), second, Backups.whole(second));
    }
  }

  @Test
  void previewSaysWhatAndCollectionFreesIt() {
    String preview = Upkeep.prunePreview(folder, Set.of(FIRST));
    assertTrue(preview.contains("\"chunks\": \"6\""), preview);
    assertTrue(preview.contains("\"pack_bytes\": \"" + 6 * (CHUNK + 88) + "\""), preview);
    try (Pool pool = FolderPool.open(folder, new UUID(15, 15), CLOCK)) {
      pool.upkeep().prune(FIRST);
      BackupException inUse =
          assertThrows(
              BackupException.class,
              () -> Upkeep.collectGarbage(folder, true, GcSettings.DEFAULT, CLOCK));
      assertEquals(ErrorCode.POOL_IN_USE, inUse.code());
    }

    GcReport found = Upkeep.collectGarbage(folder, true, GcSettings.DEFAULT, CLOCK);
    GcReport collected = Upkeep.collectGarbage(folder, false, GcSettings.DEFAULT, CLOCK);

    assertEquals(0, found.deleted());
    assertEquals(found.mark(), collected.mark());
    assertEquals(
        collected.mark().deadPacks() + collected.mark().sparsePacks(), collected.deleted());
    assertTrue(Upkeep.json(collected).contains("\"complete\": true"));
    try (Pool pool = FolderPool.openReadOnly(folder, Optional.empty())) {
      assertArrayEquals(second, Backups.restore(pool, SECOND, "vda"));
      assertEquals(0, pool.verify((done, total) -> true).damage().size());
    }
  }

  @Test
  void aReadingProcessHoldsUpDeletion() {
    try (Pool pool = FolderPool.open(folder, new UUID(15, 15), CLOCK)) {
      pool.upkeep().prune(FIRST);
      try (Pool reading = FolderPool.openReadOnly(folder, Optional.empty())) {
        assertEquals(1, reading.manifests().size());
        GcReport held = pool.upkeep().collectGarbage(GcSettings.DEFAULT, (phase, done) -> true);
        assertEquals(0, held.deleted());
        assertTrue(held.waiting().readers());
        assertTrue(held.waiting().packs() > 0);
      }
      GcReport free = pool.upkeep().collectGarbage(GcSettings.DEFAULT, (phase, done) -> true);
      assertTrue(free.deleted() > 0);
      assertEquals(0, free.waiting().packs());
    }
  }

  @Test
  void whatWasVerifiedIsKeptInThePool() {
    VerifySelection due = VerifySelection.olderThan(Duration.ofDays(30));
    VerifyReport all = Upkeep.verify(folder, due, (done, total) -> true, CLOCK);
    VerifyReport none = Upkeep.verify(folder, due, (done, total) -> true, CLOCK);

    assertTrue(all.packs() > 0 && all.clean());
    assertEquals(0, none.packs());
  }
}
