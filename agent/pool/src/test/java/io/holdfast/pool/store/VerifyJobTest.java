package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.MemoryFiles;
import io.holdfast.pool.verify.Damage;
import io.holdfast.pool.verify.VerifyReport;
import io.holdfast.pool.verify.VerifySelection;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Verification as a job: what is read when, what is remembered, and how data heals. */
@Tag("POOL-10")
class VerifyJobTest {
  private static final int CHUNK = 1 << 16;
  private static final Path FOLDER = Path.of("/pool");
  private static final UUID POOL_ID = new UUID(12, 12);
  private static final int POINTS = 10;
  private static final String DISK = "vda";

  private final SetClock clock = new SetClock();
  private final MemoryFiles files = new MemoryFiles();
  private final byte[][] disks = new byte[POINTS][4 * CHUNK];
  private Pool pool;

  private static final class SetClock extends Clock {
    private Instant now = Instant.parse("2026-11-21T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @BeforeEach
  void makePool() {
    pool =
        FolderPool.create(
            files, FOLDER, new PoolSettings(POOL_ID, "v", CHUNK, PoolKind.DEDUP), clock);
    Random random = new Random(12);
    for (int i = 0; i < POINTS; i++) {
      random.nextBytes(disks[i]);
      full(id(i), disks[i]);
    }
  }

  private static UUID id(int number) {
    return new UUID(12, number + 1L);
  }

  private void full(UUID id, byte[] disk) {
    Backups.backup(pool, Backups.full(id, Map.of(DISK, disk)), disk, Backups.whole(disk));
  }

  @AfterEach
  void close() {
    pool.close();
    assertEquals(0, files.openFiles());
  }

  private VerifyReport verify(VerifySelection selection) {
    return pool.upkeep().verify(selection, (done, total) -> true);
  }

  private List<Path> packs() {
    return files.allFiles(FOLDER).stream()
        .filter(file -> file.toString().endsWith(".pack"))
        .sorted()
        .toList();
  }

  @Test
  void onlyWhatWasNotVerifiedForLongIsReadAgain() {
    int all = packs().size();
    assertEquals(all, verify(VerifySelection.olderThan(Duration.ofDays(7))).packs());
    clock.now = clock.now.plus(Duration.ofDays(6));
    full(new UUID(12, 99), new byte[0]);
    byte[] fresh = new byte[CHUNK];
    new Random(99).nextBytes(fresh);
    full(new UUID(12, 100), fresh);

    assertEquals(
        packs().size() - all, verify(VerifySelection.olderThan(Duration.ofDays(7))).packs());
    reopen();
    clock.now = clock.now.plus(Duration.ofDays(2));
    assertEquals(all, verify(VerifySelection.olderThan(Duration.ofDays(7))).packs());
  }

  private void reopen() {
    pool.close();
    pool = FolderPool.open(files, FOLDER, Optional.of(POOL_ID), clock);
  }

  @Test
  void samplesTakeTurnsUntilEverythingWasRead() {
    int all = packs().size();
    Path last = packs().get(all - 1);
    files.flip(last, 64 * 8 + 700);
    int runs = 0;
    long read = 0;
    boolean found = false;
    while (!found) {
      VerifyReport report = verify(VerifySelection.sample(25));
      clock.now = clock.now.plus(Duration.ofHours(1));
      read += report.packs();
      found = !report.damage().isEmpty();
      runs++;
      assertTrue(runs <= 4, "a damaged pack was not found in four quarters");
    }
    assertTrue(read <= 4L * ((all + 3) / 4));
  }

  @Test
  void damageIsNamedWithWhomItHurtsRememberedAndHealedByTheNextBackup() {
    UUID twin = new UUID(12, 50);
    full(twin, disks[3]);
    Path victim = packOf(id(3));
    files.flip(victim, (64 + 88 + 100) * 8L);

    VerifyReport report = verify(VerifySelection.ALL);

    assertEquals(1, report.damage().size());
    Damage damage = report.damage().get(0);
    assertEquals(ErrorCode.CHUNK_CORRUPT, damage.code());
    assertEquals(Set.of(id(3), twin), Set.copyOf(damage.restorePoints()));
    BackupException lost =
        assertThrows(BackupException.class, () -> Backups.restore(pool, id(3), DISK));
    assertEquals(ErrorCode.CHUNK_CORRUPT, lost.code());

    reopen();
    UUID healing = new UUID(12, 51);
    ManifestSummary healed =
        Backups.backup(
            pool, Backups.full(healing, Map.of(DISK, disks[3])), disks[3], Backups.whole(disks[3]));

    assertEquals(1, healed.disks().get(0).counts().newChunks());
    assertEquals(3, healed.disks().get(0).counts().knownChunks());
    for (UUID point : List.of(id(3), twin, healing)) {
      assertArrayEquals(disks[3], Backups.restore(pool, point, DISK));
    }
    VerifyReport after = verify(VerifySelection.KNOWN_DAMAGE);
    assertEquals(1, after.packs());
    assertEquals(List.of(), after.damage().get(0).restorePoints());
  }

  @Test
  void everyCompleteRunNamesAllThatAreHurtWhateverPartItReads() {
    files.flip(packOf(id(3)), (64 + 88 + 100) * 8L);
    assertEquals(1, verify(VerifySelection.ALL).damage().size());
    clock.now = clock.now.plus(Duration.ofDays(1));

    for (VerifySelection part :
        List.of(VerifySelection.KNOWN_DAMAGE, VerifySelection.olderThan(Duration.ofDays(7)))) {
      VerifyReport report = verify(part);
      assertEquals(1, report.packs());
      assertEquals(List.of(id(3)), report.damage().get(0).restorePoints());
    }
  }

  private Path packOf(UUID restorePoint) {
    Set<Path> before = Set.copyOf(packs());
    pool.upkeep().prune(restorePoint);
    int number = (int) restorePoint.getLeastSignificantBits() - 1;
    full(restorePoint, disks[number]);
    assertEquals(before, Set.copyOf(packs()));
    for (Path pack : packs()) {
      files.flip(pack, (64 + 88 + 100) * 8L);
      boolean hit = false;
      try {
        Backups.restore(pool, restorePoint, DISK);
      } catch (BackupException damaged) {
        hit = true;
      }
      files.flip(pack, (64 + 88 + 100) * 8L);
      if (hit) {
        return pack;
      }
    }
    throw new AssertionError("no pack of " + restorePoint);
  }

  @Test
  void damageOfDeletedPacksIsForgotten() {
    Path victim = packOf(id(4));
    files.flip(victim, (64 + 88 + 100) * 8L);
    assertEquals(1, verify(VerifySelection.ALL).damage().size());
    pool.upkeep().prune(id(4));
    pool.upkeep().collectGarbage(GcSettings.DEFAULT, (phase, done) -> true);

    assertTrue(verify(VerifySelection.ALL).clean());
    assertEquals(List.of(), ((FolderPool) pool).known().orElseThrow().damaged().all());
  }

  @Test
  void aStoppedRunKeepsWhatItHasRead() {
    long[] seen = new long[1];
    VerifyReport stopped =
        pool.upkeep()
            .verify(VerifySelection.olderThan(Duration.ofDays(1)), (done, total) -> seen[0]++ < 14);

    assertEquals(false, stopped.complete());
    VerifyReport rest = verify(VerifySelection.olderThan(Duration.ofDays(1)));
    assertTrue(rest.packs() > 0 && rest.packs() < packs().size(), () -> "packs " + rest.packs());
  }
}
