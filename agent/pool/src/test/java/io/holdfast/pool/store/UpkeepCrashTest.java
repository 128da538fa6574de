package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.gc.GcReport;
import io.holdfast.pool.gc.GcSettings;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.CrashMatrix;
import io.holdfast.pool.testing.DiskImages;
import io.holdfast.pool.testing.MemoryFiles;
import io.holdfast.pool.testing.PoolFlavor;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Breaks prune and garbage collection at each of their file operations, in several ways: what is
 * sealed and not pruned comes back, what is pruned is gone as a whole, and the next run ends with
 * no garbage left. The seed is printed with a failure; {@code -Dholdfast.seed=…} repeats it.
 */
@Tag("POOL-09")
@Tag("POOL-10")
class UpkeepCrashTest implements CrashMatrix.Work {
  private static final int CHUNK = 1 << 16;
  private static final Path FOLDER = Path.of("/pool");
  private static final UUID POOL_ID = new UUID(8, 0xf00L);
  private static final UUID FULL = new UUID(8, 1);
  private static final UUID CHANGED = new UUID(8, 2);
  private static final UUID OTHER = new UUID(8, 3);
  private static final UUID NEWEST = new UUID(8, 4);
  private static final UUID LATER = new UUID(8, 5);
  private static final String DISK = "vda";
  private static final GcSettings SETTINGS = new GcSettings(95, 1L << 40, 6L * CHUNK);

  /** Opening one takes long, for the sake of its passphrase. */
  private static final int ENCRYPTED_STEP = 9;

  private static byte[] first;
  private static byte[] second;
  private static byte[] third;
  private MemoryFiles start = new MemoryFiles();
  private PoolFlavor flavor = PoolFlavor.STANDARD;

  @BeforeAll
  static void makeDisks() {
    Random random = new Random(CrashMatrix.SEED);
    first = new byte[14 * CHUNK + 512];
    random.nextBytes(first);
    second = first.clone();
    for (ByteRange range : changed()) {
      DiskImages.write(random, second, (int) range.offset(), (int) range.length());
    }
    second[0] ^= 1;
    third = second.clone();
    random.nextBytes(third);
    System.arraycopy(first, 9 * CHUNK, third, 9 * CHUNK, 3 * CHUNK);
  }

  private static List<ByteRange> changed() {
    return List.of(new ByteRange(0, 5L * CHUNK), new ByteRange(8L * CHUNK + 3, 100));
  }

  private Pool open(MemoryFiles files) {
    return flavor.open(files, FOLDER, POOL_ID);
  }

  private void makePool(PoolFlavor chosen) {
    flavor = chosen;
    MemoryFiles files = new MemoryFiles();
    try (Pool pool = flavor.create(files, FOLDER, POOL_ID, CHUNK)) {
      full(pool, FULL, first);
      full(pool, OTHER, third);
      increment(pool, CHANGED, FULL);
    }
    start = files.copy();
  }

  private static void full(Pool pool, UUID id, byte[] disk) {
    if (pool.manifest(id).isEmpty()) {
      pool.abandonSession(id);
      Backups.backup(pool, Backups.full(id, Map.of(DISK, disk)), disk, Backups.whole(disk));
    }
  }

  private static void increment(Pool pool, UUID id, UUID base) {
    if (pool.manifest(id).isEmpty()) {
      pool.abandonSession(id);
      SessionSpec spec =
          Backups.spec(id, RestorePointType.INCREMENTAL, Optional.of(base), Map.of(DISK, second));
      Backups.backup(pool, spec, second, changed());
    }
  }

  /** What the operations of the matrix are taken from: twice the way from garbage to none. */
  private static void scenario(Pool pool) {
    prune(pool, FULL);
    collect(pool);
    increment(pool, NEWEST, CHANGED);
    prune(pool, OTHER);
    full(pool, LATER, third);
    prune(pool, CHANGED);
    collect(pool);
  }

  private static void prune(Pool pool, UUID id) {
    if (pool.manifest(id).isPresent()) {
      pool.upkeep().prune(id);
    }
  }

  private static GcReport collect(Pool pool) {
    return pool.upkeep().collectGarbage(SETTINGS, (phase, done) -> true);
  }

  /** Once more, whatever the crash has left: restore points that are gone stay gone. */
  private static void goOn(Pool pool) {
    boolean begun = pool.manifest(FULL).isEmpty();
    assertTrue(begun || pool.manifest(OTHER).isPresent());
    if (pool.manifest(NEWEST).isPresent() || pool.manifest(CHANGED).isPresent()) {
      scenarioFrom(pool);
    }
  }

  private static void scenarioFrom(Pool pool) {
    prune(pool, FULL);
    if (pool.manifest(NEWEST).isEmpty()) {
      increment(pool, NEWEST, CHANGED);
    }
    prune(pool, OTHER);
    full(pool, LATER, third);
    prune(pool, CHANGED);
    collect(pool);
  }

  @ParameterizedTest
  @EnumSource(PoolFlavor.class)
  void whateverBreaksNothingSealedIsLostAndGarbageGoes(PoolFlavor chosen) {
    makePool(chosen);
    MemoryFiles undisturbed = start.copy();
    try (Pool pool = open(undisturbed)) {
      scenario(pool);
    }
    checkAfter(undisturbed);
    int step = chosen == PoolFlavor.ENCRYPTED ? ENCRYPTED_STEP : 1;
    new CrashMatrix("upkeep crash matrix " + flavor, start, undisturbed.operations(), step)
        .run(this, 800 / step);
  }

  @Override
  public void perform(MemoryFiles files) {
    try (Pool pool = open(files)) {
      scenario(pool);
    }
  }

  /** The same process goes on after the error, then another one. */
  @Override
  public void performWithFault(MemoryFiles files, ErrorCode code) {
    try (Pool pool = open(files)) {
      try {
        scenario(pool);
      } catch (BackupException refused) {
        assertEquals(code, refused.code(), refused::toString);
      }
      files.heal();
      checkSealed(pool);
      goOn(pool);
      checkSealed(pool);
    } catch (BackupException notOpened) {
      assertEquals(code, notOpened.code(), notOpened::toString);
      files.heal();
    }
    checkAfter(files);
  }

  private static void checkSealed(Pool pool) {
    Map<UUID, byte[]> expected = new LinkedHashMap<>();
    expected.put(FULL, first);
    expected.put(CHANGED, second);
    expected.put(OTHER, third);
    expected.put(NEWEST, second);
    expected.put(LATER, third);
    assertEquals(List.of(), pool.verify((done, total) -> true).damage());
    expected.forEach(
        (id, disk) -> {
          if (pool.manifest(id).isPresent()) {
            assertArrayEquals(disk, Backups.restore(pool, id, DISK));
          }
        });
    assertTrue(
        pool.manifest(CHANGED).isPresent() || pool.manifest(NEWEST).isPresent(),
        "a restore point that nobody removed is gone");
  }

  @Override
  public void checkAfter(MemoryFiles files) {
    try (Pool pool = open(files)) {
      checkSealed(pool);
      goOn(pool);
      checkSealed(pool);
    }
    try (Pool pool = open(files)) {
      checkSealed(pool);
      assertEquals(
          List.of(NEWEST, LATER),
          pool.manifests().stream().map(ManifestSummary::restorePointId).sorted().toList());
      GcReport last = collect(pool);
      last = collect(pool);
      assertEquals(0, last.mark().deadPacks(), "dead packs stay");
      assertEquals(0, last.waiting().packs(), "condemned packs stay");
      checkFiles(files);
    }
    assertEquals(0, files.openFiles(), "files are left open");
  }

  private static void checkFiles(MemoryFiles files) {
    for (Path file : files.allFiles(FOLDER)) {
      String name = file.toString();
      assertFalse(name.endsWith(".pruned"), name);
      assertFalse(name.contains("/gc/work/"), name);
      assertFalse(name.contains("/gc/condemned/") && !name.endsWith(".tmp"), name);
      assertFalse(name.contains(FULL.toString()), name);
      assertFalse(name.contains(OTHER.toString()), name);
    }
  }

  @ParameterizedTest
  @EnumSource(PoolFlavor.class)
  void whatIsProtectedOrInUseIsNotPruned(PoolFlavor chosen) {
    makePool(chosen);
    try (Pool pool = open(start)) {
      PoolUpkeep upkeep = pool.upkeep();
      upkeep.protect(OTHER, true);
      assertEquals(ErrorCode.POINT_PROTECTED, refusal(pool, OTHER));
      upkeep.protect(OTHER, false);
      Instant until = Instant.parse("2999-01-01T00:00:00Z");
      upkeep.extendImmutable(OTHER, until);
      BackupException shortened =
          assertThrows(
              BackupException.class, () -> upkeep.extendImmutable(OTHER, until.minusMillis(1)));
      assertEquals(ErrorCode.POINT_IMMUTABLE, shortened.code());
      assertEquals(Optional.of(until), upkeep.retention(OTHER).immutableUntil());
      upkeep.noteRules(OTHER, List.of("MONTHLY"));
      assertEquals(
          new RetentionFacts(false, Optional.of(until), List.of("MONTHLY")),
          upkeep.retention(OTHER));
      assertEquals(ErrorCode.POINT_IMMUTABLE, refusal(pool, OTHER));

      SessionSpec spec =
          Backups.spec(
              NEWEST, RestorePointType.INCREMENTAL, Optional.of(CHANGED), Map.of(DISK, second));
      BackupSession session = pool.beginSession(spec);
      assertEquals(ErrorCode.POINT_IN_USE, refusal(pool, CHANGED));
      session.abandon();
      try (RestorePointReader reader = pool.restorePoint(CHANGED)) {
        assertEquals(CHANGED, reader.manifest().restorePointId());
        assertEquals(ErrorCode.POINT_BEING_READ, refusal(pool, CHANGED));
      }
      upkeep.prune(CHANGED);
      assertEquals(ErrorCode.RESTORE_POINT_NOT_FOUND, refusal(pool, CHANGED));
    }
  }

  /** A disk that fails for a moment says nothing of what the session needs; damage does. */
  @ParameterizedTest
  @EnumSource(PoolFlavor.class)
  void aSessionThatCannotBeReadForNowKeepsItsBase(PoolFlavor chosen) {
    makePool(chosen);
    try (Pool pool = open(start)) {
      SessionSpec spec =
          Backups.spec(
              NEWEST, RestorePointType.INCREMENTAL, Optional.of(CHANGED), Map.of(DISK, second));
      pool.beginSession(spec).close();
      Path document = FOLDER.resolve("sessions").resolve(NEWEST.toString()).resolve("session");
      start.breakReading(document);
      assertEquals(ErrorCode.POOL_READ_FAILED, refusal(pool, CHANGED));
      BackupException ended = assertThrows(BackupException.class, () -> collect(pool));
      assertEquals(ErrorCode.POOL_READ_FAILED, ended.code());
      start.heal();
      assertEquals(ErrorCode.POINT_IN_USE, refusal(pool, CHANGED));
      start.flip(document, 8L * (start.length(document) - 1));
      pool.upkeep().prune(CHANGED);
      collect(pool);
    }
  }

  private static ErrorCode refusal(Pool pool, UUID id) {
    return assertThrows(BackupException.class, () -> pool.upkeep().prune(id)).code();
  }

  @ParameterizedTest
  @EnumSource(PoolFlavor.class)
  void thePreviewSaysWhatCollectingFrees(PoolFlavor chosen) {
    makePool(chosen);
    try (Pool pool = open(start)) {
      Reclaimable preview = pool.upkeep().reclaimable(Set.of(FULL));
      long before = packBytes(start);
      assertEquals(0, collect(pool).deleted());
      pool.upkeep().prune(FULL);
      GcReport report = collect(pool);

      assertEquals(6, preview.chunks());
      assertEquals(6L * (CHUNK + 88), preview.packBytes());
      assertEquals(
          preview.packBytes(),
          report.mark().packBytes() - report.mark().liveBytes() - tails(report));
      long freed = before - packBytes(start);
      assertTrue(freed > preview.packBytes() - 3_000 && freed < preview.packBytes() + 3_000);
    }
  }

  /** Headers, directories and footers. */
  private static long tails(GcReport report) {
    return report.mark().packs() * (64 + 8 + 32) + 52 * allChunks(report);
  }

  private static long allChunks(GcReport report) {
    return report.mark().liveChunks() + 6;
  }

  private static long packBytes(MemoryFiles files) {
    return files.allFiles(FOLDER).stream()
        .filter(file -> file.toString().endsWith(".pack"))
        .mapToLong(files::length)
        .sum();
  }
}
