package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.map.DiskMapReader;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.CrashMatrix;
import io.holdfast.pool.testing.DiskImages;
import io.holdfast.pool.testing.MemoryFiles;
import io.holdfast.pool.testing.MemoryFiles.Fault;
import io.holdfast.pool.testing.PoolFlavor;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Breaks a backup at each of its file operations, in several ways, and looks at what the next
 * process finds. The seed is printed with a failure; {@code -Dholdfast.seed=…} repeats it, {@code
 * -Dholdfast.rounds=…} soaks.
 */
@Tag("POOL-01")
@Tag("POOL-02")
@Tag("OPT-17")
@Tag("JOB-09")
class CrashMatrixTest implements CrashMatrix.Work {
  private static final int CHUNK = 1 << 16;
  private static final Path FOLDER = Path.of("/pool");
  private static final UUID POOL_ID = new UUID(1, 0xf00L);
  private static final UUID FIRST = new UUID(1, 1);
  private static final UUID SECOND = new UUID(1, 2);
  private static final UUID GIVEN_UP = new UUID(1, 3);
  private static final UUID TWIN = new UUID(1, 4);
  private static final String DISK = "vda";
  private static final String OTHER = "vdb";
  private static final List<ByteRange> CHANGED =
      List.of(
          new ByteRange(CHUNK / 2, 2L * CHUNK),
          new ByteRange(7L * CHUNK + 3, 100),
          new ByteRange(12L * CHUNK, 512));

  private MemoryFiles start;
  private PoolFlavor flavor = PoolFlavor.STANDARD;
  private static byte[] before;
  private static byte[] after;
  private Set<String> expectedFiles = Set.of();

  @BeforeAll
  static void makeDisks() {
    Random random = new Random(CrashMatrix.SEED);
    before = DiskImages.mixed(random, 12 * CHUNK + 512);
    after = before.clone();
    for (ByteRange range : CHANGED) {
      DiskImages.write(random, after, (int) range.offset(), (int) range.length());
    }
    after[12 * CHUNK] ^= 1;
  }

  private void sealTheFirst(PoolFlavor chosen) {
    flavor = chosen;
    MemoryFiles files = new MemoryFiles();
    try (Pool pool = flavor.create(files, FOLDER, POOL_ID, CHUNK)) {
      Backups.backup(
          pool, Backups.full(FIRST, Map.of(DISK, before)), before, Backups.whole(before));
    }
    start = files.copy();
  }

  private Pool open(MemoryFiles files) {
    return flavor.open(files, FOLDER, POOL_ID);
  }

  private static SessionSpec second() {
    return Backups.spec(
        SECOND, RestorePointType.INCREMENTAL, Optional.of(FIRST), Map.of(DISK, after));
  }

  /** What the operations of the matrix are taken from. */
  @Override
  public void perform(MemoryFiles files) {
    try (Pool pool = open(files)) {
      BackupSession givenUp = pool.beginSession(Backups.full(GIVEN_UP, Map.of(DISK, before)));
      BackupSession session = pool.beginSession(second());
      session.storeDocument("owner", ByteString.copyFromUtf8("x"));
      finish(pool, session);
      givenUp.storePlan(
          DISK, Gap.ZERO, List.of(Backups.plan(before.length, CHUNK, Backups.whole(before))));
      Backups.transfer(givenUp, DISK, before);
      givenUp.abandon();
      twin(pool);
    }
  }

  /** Another disk that shares chunks with the first: a dedup pool refers to what is there. */
  private void twin(Pool pool) {
    if (flavor.isDedup() && pool.manifest(TWIN).isEmpty()) {
      BackupSession session = pool.beginSession(Backups.full(TWIN, Map.of(OTHER, after)));
      if (session.plan(OTHER).isEmpty()) {
        session.storePlan(
            OTHER,
            Gap.ZERO,
            Backups.split(Backups.plan(after.length, CHUNK, Backups.whole(after)), 2));
      }
      Backups.transfer(session, OTHER, after);
      session.seal(Backups.seal());
    }
  }

  /** Does whatever is still to be done of the second backup. */
  private static void finish(Pool pool, BackupSession session) {
    if (session.plan(DISK).isEmpty()) {
      session.storePlan(
          DISK, Gap.BASE, Backups.split(Backups.plan(after.length, CHUNK, CHANGED), 2));
    }
    Backups.transfer(session, DISK, after);
    session.seal(Backups.seal());
    assertTrue(pool.manifest(SECOND).isPresent());
  }

  @ParameterizedTest
  @EnumSource(PoolFlavor.class)
  void whateverBreaksSealedPointsStayAndTheSessionGoesOn(PoolFlavor chosen) {
    sealTheFirst(chosen);
    MemoryFiles undisturbed = start.copy();
    perform(undisturbed);
    expectedFiles = filesOf(undisturbed);
    new CrashMatrix("crash matrix " + flavor, start, undisturbed.operations(), 1).run(this, 300);
  }

  @ParameterizedTest
  @EnumSource(PoolFlavor.class)
  void aFullPoolStillRestoresAndGivesUpSessions(PoolFlavor chosen) {
    sealTheFirst(chosen);
    MemoryFiles files = start.copy();
    try (Pool pool = open(files)) {
      pool.beginSession(second());
    }
    files.inject(Fault.FULL, 1);

    try (Pool pool = open(files)) {
      assertArrayEquals(before, Backups.restore(pool, FIRST, DISK));
      assertTrue(pool.verify((done, total) -> true).clean());
      pool.abandonSession(SECOND);
      assertEquals(List.of(), pool.sessions());
    }
  }

  @Override
  public void performWithFault(MemoryFiles files, ErrorCode code) {
    try {
      perform(files);
    } catch (BackupException refused) {
      assertEquals(code, refused.code(), refused::toString);
      assertFalse(refused.getMessage().contains("?"), refused.getMessage());
    }
    files.heal();
    checkAfter(files);
  }

  @Override
  public void checkAfter(MemoryFiles files) {
    try (Pool pool = open(files)) {
      assertEquals(List.of(), pool.verify((done, total) -> true).damage());
      assertArrayEquals(before, Backups.restore(pool, FIRST, DISK));
      if (pool.manifest(SECOND).isPresent()) {
        assertArrayEquals(after, Backups.restore(pool, SECOND, DISK));
      } else {
        BackupSession session =
            pool.reopenSession(SECOND).orElseGet(() -> pool.beginSession(second()));
        finish(pool, session);
      }
      pool.abandonSession(GIVEN_UP);
      twin(pool);
      assertEquals(List.of(), pool.sessions());
    }
    try (Pool pool = open(files)) {
      assertArrayEquals(before, Backups.restore(pool, FIRST, DISK));
      assertArrayEquals(after, Backups.restore(pool, SECOND, DISK));
      if (flavor.isDedup()) {
        assertArrayEquals(after, Backups.restore(pool, TWIN, OTHER));
      }
      assertEquals(List.of(), pool.verify((done, total) -> true).damage());
      checkPacks(files, pool);
    }
    assertEquals(expectedFiles, filesOf(files), "files of unsealed sessions are left");
    assertEquals(0, files.openFiles(), "files are left open");
  }

  /** All files but packs, whose names depend on the epoch. */
  private static Set<String> filesOf(MemoryFiles files) {
    return files.allFiles(FOLDER).stream()
        .map(Path::toString)
        .filter(name -> !name.endsWith(".pack") && !name.endsWith(".tmp"))
        .collect(Collectors.toSet());
  }

  /** Every pack is needed by a map, and no map needs another. */
  private static void checkPacks(MemoryFiles files, Pool pool) {
    Set<Path> named = new HashSet<>();
    PoolScope scope = ((FolderPool) pool).scope();
    for (ManifestSummary point : pool.manifests()) {
      for (int disk = 0; disk < point.disks().size(); disk++) {
        try (DiskMapReader map = DiskMapReader.open(scope, point.restorePointId(), disk)) {
          map.packs().keySet().forEach(pack -> named.add(scope.tree().pack(pack)));
        }
      }
    }
    Set<Path> there =
        files.allFiles(FOLDER).stream()
            .filter(file -> file.toString().endsWith(".pack"))
            .collect(Collectors.toSet());
    assertEquals(named, there);
  }
}
