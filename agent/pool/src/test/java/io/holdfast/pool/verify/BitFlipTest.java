package io.holdfast.pool.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.CorruptionException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.document.CondemnedPack;
import io.holdfast.pool.document.DamagedChunk;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.gc.Condemnations;
import io.holdfast.pool.pack.MovedPacks;
import io.holdfast.pool.pack.PackDirectories;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.RestorePointType;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.DiskImages;
import io.holdfast.pool.testing.MemoryFiles;
import io.holdfast.pool.testing.PoolFlavor;
import io.holdfast.toolkit.ChineseCauses;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every flipped bit of a sealed file is found, and no restore gives out damaged bytes. */
@Tag("RST-02")
@Tag("POOL-01")
@Tag("POOL-10")
class BitFlipTest {
  private static final int CHUNK = 1 << 16;
  private static final Path FOLDER = Path.of("/pool");
  private static final UUID POOL_ID = new UUID(2, 0xf00L);
  private static final UUID FULL = new UUID(2, 1);
  private static final UUID NEXT = new UUID(2, 2);
  private static final String DISK = "vda";

  /** Kinds of files, ids, and the pool's files by their paths. */
  private static final String NAMES =
      "[A-Z_]+|[a-f][0-9a-f-]*|pool|hfp|lease|manifests?|maps?|packs?|keys|key|gc|state|verify"
          + "|verified|damaged|condemned|moved|retention|index";

  /** What verifications say reads in Chinese too. */
  private final ChineseCauses told = new ChineseCauses(NAMES);

  private MemoryFiles files;
  private byte[] first;
  private byte[] second;

  @BeforeEach
  void sealTwoPoints() {
    sealTwoPoints(PoolFlavor.STANDARD);
  }

  private void sealTwoPoints(PoolFlavor flavor) {
    first = new byte[4 * CHUNK + 512];
    Arrays.fill(first, 0, CHUNK, (byte) 'a');
    Arrays.fill(first, 2 * CHUNK, first.length, (byte) 'b');
    second = first.clone();
    second[10] = 'c';
    MemoryFiles writing = new MemoryFiles();
    try (Pool pool = flavor.create(writing, FOLDER, POOL_ID, CHUNK)) {
      Backups.backup(pool, Backups.full(FULL, Map.of(DISK, first)), first, Backups.whole(first));
      Backups.backup(
          pool,
          Backups.spec(NEXT, RestorePointType.INCREMENTAL, Optional.of(FULL), Map.of(DISK, second)),
          second,
          List.of(new ByteRange(10, 1)));
    }
    files = writing.copy();
  }

  /** One bit of every byte, another from byte to byte; {@code -Dholdfast.bits=1}: all bits. */
  @ParameterizedTest
  @EnumSource(PoolFlavor.class)
  void verifyFindsEveryFlippedBit(PoolFlavor flavor) throws IOException {
    sealTwoPoints(flavor);
    noteThings();
    int step = Integer.getInteger("holdfast.bits", 7);
    int flips = 0;
    for (Path file : files.allFiles(FOLDER)) {
      long bits = files.length(file) * 8;
      for (long bit = 0; bit < bits; bit += step) {
        files.flip(file, bit);
        assertFound(file, bit);
        files.flip(file, bit);
        flips++;
      }
    }
    assertTrue(flips > 2_500, "only " + flips + " bits");
    told.hearEveryReasonOf("src/main/java/io/holdfast/pool");
    told.assertChinese(50);
    try (Pool pool = open()) {
      assertTrue(pool.verify((done, total) -> true).clean());
    }
  }

  /** Documents of every other kind. */
  private void noteThings() {
    PoolScope scope = new PoolScope(files, new PoolTree(FOLDER), POOL_ID, CHUNK, 7);
    Condemnations condemnations = Condemnations.read(scope);
    UUID pack = new UUID(5, 5);
    CondemnedPack doomed = CondemnedPack.newBuilder().setPackId(pack.toString()).build();
    long settled = condemnations.condemn(List.of(doomed), Set.of(FULL));
    condemnations.deleted(settled, Set.of(pack));
    condemnations.condemn(List.of(doomed), Set.of(FULL));
    DamagedRecords.read(scope)
        .replace(List.of(DamagedChunk.newBuilder().setPackId(pack.toString()).build()));
    files.createFolder(scope.tree().packShard(pack));
    new MovedPacks(scope, new PackDirectories(scope)).leaveWord(pack, List.of(FULL), 1);
    assertEquals(
        4 + files.list(scope.tree().keys()).size(),
        files.allFiles(FOLDER).stream()
            .filter(file -> file.toString().matches(".*(gc/|verify/|keys/|[.]moved).*"))
            .count());
  }

  private void assertFound(Path file, long bit) {
    try (Pool pool = open()) {
      VerifyReport report = pool.verify((done, total) -> true);
      assertFalse(report.clean(), () -> file + " bit " + bit + " was not found");
      report.damage().forEach(damage -> told.hear(damage.what()));
    } catch (BackupException refused) {
      told.hear(refused);
      assertEquals("pool.hfp", file.getFileName().toString(), refused::toString);
      assertTrue(refused.code().name().startsWith("FORMAT_"), refused::toString);
    }
  }

  private Pool open() {
    return FolderPool.openReadOnly(files, FOLDER, Optional.empty());
  }

  @Test
  void aRestoreGivesTheRightBytesOrSaysWhatIsDamaged() {
    Random random = new Random(7);
    for (Path file : files.allFiles(FOLDER)) {
      for (int i = 0; i < 60; i++) {
        long bit = (long) (random.nextDouble() * files.length(file) * 8);
        files.flip(file, bit);
        assertRightOrRefused(file, FULL, first);
        assertRightOrRefused(file, NEXT, second);
        files.flip(file, bit);
      }
    }
  }

  private void assertRightOrRefused(Path file, UUID restorePoint, byte[] expected) {
    try (Pool pool = open()) {
      assertArrayEquals(expected, Backups.restore(pool, restorePoint, DISK), file::toString);
    } catch (BackupException refused) {
      assertFalse(refused.getMessage().contains("?"), refused.getMessage());
      if (refused.kind() != ErrorKind.CORRUPT) {
        assertEquals(ErrorCode.FORMAT_TOO_NEW, refused.code());
      }
    }
  }

  @Test
  void damageNamesTheChunkAndEveryRestorePointItHurts() {
    Path pack = packOf(FULL);
    byte[] shared = Arrays.copyOfRange(first, 2 * CHUNK, 3 * CHUNK);
    assertEquals('b', shared[0]);
    long lastRecord = offsetOfLastRecord(pack);
    files.flip(pack, (lastRecord + 90) * 8);

    VerifyReport report;
    try (Pool pool = open()) {
      report = pool.verify((done, total) -> true);
      CorruptionException error =
          assertThrows(CorruptionException.class, () -> Backups.restore(pool, NEXT, DISK));
      assertEquals(ErrorCode.CHUNK_CORRUPT, error.code());
      assertEquals(pack.toString(), error.parameters().get("pack"));
      assertEquals(String.valueOf(lastRecord), error.parameters().get("packOffset"));
      assertEquals(DISK, error.parameters().get("disk"));
    }

    assertEquals(1, report.damage().size());
    Damage damage = report.damage().get(0);
    assertEquals(ErrorCode.CHUNK_CORRUPT, damage.code());
    assertEquals(lastRecord, damage.offset());
    assertEquals(FOLDER.relativize(pack).toString(), damage.file());
    assertEquals(List.of(FULL, NEXT), damage.restorePoints());
  }

  @Test
  void aLostPackIsReportedForAllWhoNeedIt() {
    files.delete(packOf(FULL));

    try (Pool pool = open()) {
      VerifyReport report = pool.verify((done, total) -> true);

      assertEquals(1, report.damage().size());
      assertEquals(ErrorCode.CHUNK_MISSING, report.damage().get(0).code());
      assertEquals(List.of(FULL, NEXT), report.damage().get(0).restorePoints());
      assertEquals(
          ErrorCode.CHUNK_MISSING,
          assertThrows(BackupException.class, () -> Backups.restore(pool, FULL, DISK)).code());
    }
  }

  @Test
  void aVerificationCanBeStopped() {
    try (Pool pool = open()) {
      VerifyReport report = pool.verify((done, total) -> false);

      assertFalse(report.complete());
      assertFalse(report.clean());
    }
  }

  @Test
  void randomImagesInLargerPoolsAreSampled() {
    Random random = new Random(11);
    byte[] disk = DiskImages.mixed(random, 30 * CHUNK);
    try (Pool pool = FolderPool.open(files, FOLDER, Optional.of(POOL_ID), Clock.systemUTC())) {
      Backups.backup(
          pool, Backups.full(new UUID(2, 3), Map.of(DISK, disk)), disk, Backups.whole(disk));
    }
    for (int i = 0; i < 60; i++) {
      List<Path> all = files.allFiles(FOLDER);
      Path file = all.get(random.nextInt(all.size()));
      if (files.length(file) > 0) {
        long bit = (long) (random.nextDouble() * files.length(file) * 8);
        files.flip(file, bit);
        assertFound(file, bit);
        files.flip(file, bit);
      }
    }
  }

  /** The pack of the full that both points share: the one with the larger number of chunks. */
  private Path packOf(UUID restorePoint) {
    return files.allFiles(FOLDER.resolve("packs")).stream()
        .max(
            java.util.Comparator.comparingLong(
                file -> files.length(file) * (restorePoint.equals(FULL) ? 1 : -1)))
        .orElseThrow();
  }

  private long offsetOfLastRecord(Path pack) {
    java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate((int) files.length(pack));
    try (var in = files.openForReading(pack)) {
      in.read(0, bytes);
    }
    long directory = bytes.getLong(bytes.capacity() - 32);
    int count = bytes.getInt(bytes.capacity() - 20);
    return Integer.toUnsignedLong(bytes.getInt((int) directory + 8 + 52 * (count - 1) + 32));
  }
}
