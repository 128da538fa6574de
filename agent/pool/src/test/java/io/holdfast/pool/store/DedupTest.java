package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.chunk.Compression;
import io.holdfast.pool.document.CondemnedPack;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.DiskImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One copy of equal chunks, whatever the index says, on the real index. */
@Tag("POOL-02")
class DedupTest {
  private static final int CHUNK = 1 << 16;
  private static final UUID POOL_ID = new UUID(7, 7);
  private static final UUID FIRST = new UUID(7, 1);
  private static final UUID SECOND = new UUID(7, 2);
  private static final UUID THIRD = new UUID(7, 3);

  @TempDir Path folder;
  private FolderPool pool;
  private final Random random = new Random(11);
  private final byte[] disk = DiskImages.mixed(random, 60 * CHUNK + 512);

  @BeforeEach
  void createPool() {
    pool =
        (FolderPool)
            FolderPool.create(
                folder, new PoolSettings(POOL_ID, "d", CHUNK, PoolKind.DEDUP), Clock.systemUTC());
  }

  @AfterEach
  void closePool() {
    assertEquals(List.of(), pool.verify((done, total) -> true).damage());
    pool.close();
  }

  private void reopen() {
    pool.close();
    pool = (FolderPool) FolderPool.open(folder, POOL_ID, Clock.systemUTC());
  }

  private ManifestSummary full(UUID id, String key, byte[] bytes) {
    return Backups.backup(pool, Backups.full(id, Map.of(key, bytes)), bytes, Backups.whole(bytes));
  }

  private long packBytes() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("packs"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  @Test
  void anotherVmOfTheSameDataStoresNothing() throws IOException {
    ManifestSummary first = full(FIRST, "vda", disk);
    long before = packBytes();

    ManifestSummary second = full(SECOND, "other", disk);

    assertTrue(first.storedBytes() > 0);
    assertEquals(0, second.storedBytes());
    assertEquals(before, packBytes());
    ManifestSummary.Disk counted = second.disks().get(0);
    assertEquals(0, counted.counts().newChunks());
    assertEquals(counted.dataBytes(), counted.counts().knownBytes());
    assertArrayEquals(disk, Backups.restore(pool, FIRST, "vda"));
    assertArrayEquals(disk, Backups.restore(pool, SECOND, "other"));
  }

  @Test
  void equalChunksOfOneDiskAreStoredOnce() {
    byte[] twice = new byte[8 * CHUNK];
    random.nextBytes(twice);
    for (int i = 1; i < 8; i++) {
      System.arraycopy(twice, 0, twice, i * CHUNK, CHUNK);
    }

    ManifestSummary sealed = full(FIRST, "vda", twice);

    assertEquals(2, sealed.disks().get(0).counts().newChunks(), "one for each of two streams");
    assertEquals(6, sealed.disks().get(0).counts().knownChunks());
    assertArrayEquals(twice, Backups.restore(pool, FIRST, "vda"));
  }

  @Test
  void aSessionFindsItsOwnFinishedPacks() {
    byte[] noise = new byte[140 << 20];
    random.nextBytes(noise);
    System.arraycopy(noise, 0, noise, 70 << 20, 70 << 20);

    BackupSession session = pool.beginSession(Backups.full(FIRST, Map.of("vda", noise)));
    session.storePlan(
        "vda", Gap.ZERO, List.of(Backups.plan(noise.length, CHUNK, Backups.whole(noise))));
    Backups.transfer(session, "vda", noise);
    ManifestSummary.Disk sealed = session.seal(Backups.seal()).disks().get(0);

    assertEquals(70 << 20, sealed.counts().newBytes());
    assertEquals(70 << 20, sealed.counts().knownBytes());
    assertArrayEquals(noise, Backups.restore(pool, FIRST, "vda"));
  }

  @Test
  void thePreviousPointIsLookedAtFirst() throws IOException {
    full(FIRST, "vda", disk);
    Files.walk(folder.resolve("index/table"))
        .filter(Files::isRegularFile)
        .forEach(file -> assertTrue(file.toFile().exists()));
    pool.known().orElseThrow().index().close();
    SessionSpec spec =
        new SessionSpec(
            SECOND,
            RestorePointType.FULL,
            Optional.empty(),
            Optional.of(FIRST),
            List.of(new SessionDisk("vda", disk.length)),
            Compression.FAST,
            ByteString.EMPTY);

    ManifestSummary second = Backups.backup(pool, spec, disk, Backups.whole(disk));

    assertEquals(0, second.storedBytes(), "found without the index");
    assertArrayEquals(disk, Backups.restore(pool, SECOND, "vda"));
  }

  @Test
  @Tag("OPS-02")
  void aLostIndexIsMadeAnewFromThePacks() throws IOException {
    full(FIRST, "vda", disk);
    pool.close();
    delete(folder.resolve("index"));

    pool = (FolderPool) FolderPool.open(folder, POOL_ID, Clock.systemUTC());
    pool.known().orElseThrow().index().awaitComplete();

    assertEquals(0, full(SECOND, "other", disk).storedBytes());
  }

  @Test
  @Tag("OPS-02")
  void aDamagedIndexIsMadeAnewFromThePacks() throws IOException {
    full(FIRST, "vda", disk);
    pool.close();
    try (Stream<Path> files = Files.list(folder.resolve("index/table"))) {
      for (Path file :
          files.filter(name -> name.toString().matches(".*(MANIFEST|CURRENT).*")).toList()) {
        Files.writeString(file, "nonsense");
      }
    }

    pool = (FolderPool) FolderPool.open(folder, POOL_ID, Clock.systemUTC());
    pool.known().orElseThrow().index().awaitComplete();

    assertTrue(pool.known().orElseThrow().index().isUsable());
    assertEquals(0, full(SECOND, "other", disk).storedBytes());
  }

  @Test
  void anIndexThatIsDamagedInsideCostsRoomOnceAndIsMadeAnew() throws IOException {
    full(FIRST, "vda", disk);
    pool.close();
    try (Stream<Path> files = Files.list(folder.resolve("index/table"))) {
      for (Path file : files.filter(name -> name.toString().endsWith(".sst")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length * 3 / 4; i += 50) {
          bytes[i] ^= 0x10;
        }
        Files.write(file, bytes);
      }
    }

    pool = (FolderPool) FolderPool.open(folder, POOL_ID, Clock.systemUTC());
    full(SECOND, "other", disk);
    reopen();

    assertTrue(pool.known().orElseThrow().index().isUsable());
    assertArrayEquals(disk, Backups.restore(pool, SECOND, "other"));
    assertEquals(0, full(THIRD, "third", disk).storedBytes());
  }

  @Test
  void anIndexThatPointsToNothingCostsRoomOnly() throws IOException {
    full(FIRST, "vda", disk);
    full(THIRD, "kept", DiskImages.mixed(random, 3 * CHUNK));
    pool.close();
    // Somebody deletes the first restore point by hand, behind the index's back.
    for (UUID pack : packsOf(FIRST)) {
      Files.delete(pool.scope().tree().pack(pack));
    }
    Files.delete(pool.scope().tree().manifest(FIRST));
    delete(pool.scope().tree().maps(FIRST));

    pool = (FolderPool) FolderPool.open(folder, POOL_ID, Clock.systemUTC());
    ManifestSummary second = full(SECOND, "vda", disk);

    assertTrue(second.storedBytes() > 0);
    assertArrayEquals(disk, Backups.restore(pool, SECOND, "vda"));
  }

  private Set<UUID> packsOf(UUID point) {
    try (var map = io.holdfast.pool.map.DiskMapReader.open(pool.scope(), point, 0)) {
      return Set.copyOf(map.packs().keySet());
    }
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  @Tag("POOL-10")
  void condemnedPacksAreAMiss() {
    full(FIRST, "vda", disk);
    List<CondemnedPack> doomed =
        packsOf(FIRST).stream()
            .map(id -> CondemnedPack.newBuilder().setPackId(id.toString()).build())
            .toList();
    long generation = pool.condemnations().condemn(doomed, Set.of());
    assertEquals(1, generation);
    reopen();
    assertEquals(1, pool.condemnations().generation());

    ManifestSummary second = full(SECOND, "other", disk);

    assertTrue(second.storedBytes() > 0);
    assertEquals(0, second.disks().get(0).counts().knownChunks());
    packsOf(SECOND).forEach(pack -> assertTrue(!packsOf(FIRST).contains(pack)));
    pool.condemnations().reinstate(generation, packsOf(FIRST));
    reopen();
    assertEquals(1, pool.condemnations().generation(), "numbers do not fall back");
    assertEquals(0, full(THIRD, "third", disk).storedBytes());
  }

  @Test
  void packsOfAnUnsealedSessionAreNobodyElses() {
    BackupSession session = pool.beginSession(Backups.full(FIRST, Map.of("vda", disk)));
    session.storePlan(
        "vda", Gap.ZERO, List.of(Backups.plan(disk.length, CHUNK, Backups.whole(disk))));
    Backups.transfer(session, "vda", disk);
    blockManifests(true);
    assertThrows(BackupException.class, () -> session.seal(Backups.seal()));
    blockManifests(false);

    assertTrue(full(SECOND, "other", disk).storedBytes() > 0);
    reopen();
    assertTrue(full(THIRD, "other", disk).storedBytes() == 0, "the second one's packs are found");
    pool.abandonSession(FIRST);

    assertArrayEquals(disk, Backups.restore(pool, SECOND, "other"));
    assertArrayEquals(disk, Backups.restore(pool, THIRD, "other"));
  }

  @Test
  void packsOfAnAbandonedSessionAreForgotten() {
    byte[] noise = new byte[66 << 20];
    random.nextBytes(noise);
    BackupSession session = pool.beginSession(Backups.full(FIRST, Map.of("vda", noise)));
    session.storePlan(
        "vda", Gap.ZERO, List.of(Backups.plan(noise.length, CHUNK, Backups.whole(noise))));
    Backups.transfer(session, "vda", noise);
    session.abandon();

    ManifestSummary second = full(SECOND, "other", noise);

    assertEquals(0, second.disks().get(0).counts().knownChunks());
    assertArrayEquals(noise, Backups.restore(pool, SECOND, "other"));
  }

  /** Makes the last step of a seal fail: a folder lies where the manifest is to be written. */
  private void blockManifests(boolean block) {
    Path unfinished = Path.of(pool.scope().tree().manifest(FIRST) + ".tmp");
    if (block) {
      pool.scope().files().createFolder(unfinished);
    } else {
      pool.scope().files().delete(unfinished);
    }
  }

  @Test
  void standardPoolsDoNotDeduplicateAndKindsAreFixed() {
    Path other = folder.resolve("standard");
    try (Pool standard =
        FolderPool.create(other, new PoolSettings(THIRD, "s", CHUNK), Clock.systemUTC())) {
      Backups.backup(standard, Backups.full(FIRST, Map.of("a", disk)), disk, Backups.whole(disk));
      ManifestSummary second =
          Backups.backup(
              standard, Backups.full(SECOND, Map.of("b", disk)), disk, Backups.whole(disk));
      assertTrue(second.storedBytes() > 0);
    }

    BackupException refused =
        assertThrows(
            BackupException.class,
            () ->
                FolderPool.create(
                    other, new PoolSettings(THIRD, "s", CHUNK, PoolKind.DEDUP), Clock.systemUTC()));
    assertEquals(ErrorCode.POOL_EXISTS, refused.code());
  }
}
