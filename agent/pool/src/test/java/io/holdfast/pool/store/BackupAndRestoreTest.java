package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.DiskImages;
import io.holdfast.pool.verify.VerifyReport;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("POOL-01")
class BackupAndRestoreTest {
  private static final int CHUNK = 1 << 16;
  private static final UUID POOL_ID = UUID.fromString("00000000-0000-4000-8000-00000000f001");
  private static final String DISK = "/vms/库 1/disk.qcow2";

  @TempDir Path folder;
  private Pool pool;
  private final Random random = new Random(42);

  @BeforeEach
  void createPool() {
    pool = FolderPool.create(folder, new PoolSettings(POOL_ID, "p", CHUNK), Clock.systemUTC());
  }

  @AfterEach
  void closePool() {
    VerifyReport report = pool.verify((done, total) -> true);
    assertEquals(List.of(), report.damage());
    pool.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 512, CHUNK, 3 * CHUNK + 512, 21 * CHUNK, 40 * CHUNK - 1})
  @Tag("CAS-01")
  @Tag("OPT-01")
  void aFullComesBackByteEqual(int size) {
    byte[] disk = DiskImages.mixed(random, size);
    UUID id = UUID.randomUUID();

    ManifestSummary sealed =
        Backups.backup(pool, Backups.full(id, Map.of(DISK, disk)), disk, Backups.whole(disk));

    assertArrayEquals(disk, Backups.restore(pool, id, DISK));
    assertEquals(Optional.of(sealed), pool.manifest(id));
    assertEquals(List.of(sealed), pool.manifests());
    assertEquals(size, sealed.disks().get(0).readBytes());
    assertEquals(List.of(), pool.sessions());
  }

  @Test
  @Tag("CAS-01")
  @Tag("CAS-02")
  void anIncrementReadsOnlyItsRangesAndIsCompleteByItself() {
    byte[] disk = DiskImages.mixed(random, 33 * CHUNK + 512);
    UUID full = UUID.randomUUID();
    Backups.backup(pool, Backups.full(full, Map.of(DISK, disk)), disk, Backups.whole(disk));
    byte[] before = disk.clone();
    List<ByteRange> changed =
        List.of(
            new ByteRange(100, 7),
            new ByteRange(5L * CHUNK - 10, 20),
            new ByteRange(9L * CHUNK, 2L * CHUNK),
            new ByteRange(33L * CHUNK + 500, 12));
    for (ByteRange range : changed) {
      random.nextBytes(before);
      byte[] noise = new byte[(int) range.length()];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, disk, (int) range.offset(), noise.length);
    }
    UUID next = UUID.randomUUID();

    ManifestSummary sealed =
        Backups.backup(
            pool,
            Backups.spec(next, RestorePointType.INCREMENTAL, Optional.of(full), Map.of(DISK, disk)),
            disk,
            changed);

    assertArrayEquals(disk, Backups.restore(pool, next, DISK));
    assertEquals(
        changed.stream().mapToLong(ByteRange::length).sum(), sealed.disks().get(0).readBytes());
    assertTrue(sealed.storedBytes() <= 7L * (CHUNK + 88), "only touched chunks are stored");
  }

  @Test
  @Tag("CAS-02")
  void aChangeBackToTheBasesBytesStoresNothing() {
    byte[] disk = DiskImages.mixed(random, 8 * CHUNK);
    UUID full = UUID.randomUUID();
    Backups.backup(pool, Backups.full(full, Map.of(DISK, disk)), disk, Backups.whole(disk));
    UUID next = UUID.randomUUID();

    ManifestSummary sealed =
        Backups.backup(
            pool,
            Backups.spec(
                next, RestorePointType.DIFFERENTIAL, Optional.of(full), Map.of(DISK, disk)),
            disk,
            Backups.whole(disk));

    assertEquals(0, sealed.storedBytes());
    assertArrayEquals(disk, Backups.restore(pool, next, DISK));
  }

  @Test
  @Tag("CAS-02")
  void discardedRangesBecomeZeroInAnIncrement() {
    byte[] disk = new byte[6 * CHUNK];
    Arrays.fill(disk, (byte) 7);
    UUID full = UUID.randomUUID();
    Backups.backup(pool, Backups.full(full, Map.of(DISK, disk)), disk, Backups.whole(disk));
    Arrays.fill(disk, CHUNK / 2, 3 * CHUNK, (byte) 0);
    UUID next = UUID.randomUUID();
    BackupSession session =
        pool.beginSession(
            Backups.spec(
                next, RestorePointType.INCREMENTAL, Optional.of(full), Map.of(DISK, disk)));
    PlanItem item =
        new PlanItem(new ByteRange(0, 4L * CHUNK), List.of(Extent.zero(CHUNK / 2, 5L * CHUNK / 2)));
    session.storePlan(DISK, Gap.BASE, List.of(List.of(item)));

    List<ExtentResult> results = Backups.transfer(session, DISK, disk);
    ManifestSummary sealed = session.seal(Backups.seal());

    assertEquals(2L * CHUNK, results.get(0).zeroBytes());
    assertEquals(4L * CHUNK, sealed.disks().get(0).dataBytes());
    assertArrayEquals(disk, Backups.restore(pool, next, DISK));
  }

  @Test
  @Tag("RST-06")
  void zerosAreNeitherStoredNorGivenOutAsData() {
    byte[] disk = new byte[64 * CHUNK];
    disk[17 * CHUNK + 5] = 1;
    disk[18 * CHUNK] = 1;
    UUID id = UUID.randomUUID();

    ManifestSummary sealed =
        Backups.backup(pool, Backups.full(id, Map.of(DISK, disk)), disk, Backups.whole(disk));

    assertEquals(2L * CHUNK, sealed.disks().get(0).dataBytes());
    try (RestorePointReader reader = pool.restorePoint(id)) {
      DiskReader opened = reader.disk(DISK);
      List<ByteRange> spans = new ArrayList<>();
      opened.dataSpans(8L * CHUNK).forEach(spans::add);
      assertEquals(List.of(new ByteRange(17L * CHUNK, 2L * CHUNK)), spans);
      ByteBuffer across = ByteBuffer.allocate(3 * CHUNK);
      opened.read(16L * CHUNK + 100, across);
      assertArrayEquals(
          Arrays.copyOfRange(disk, 16 * CHUNK + 100, 19 * CHUNK + 100), across.array());
    }
  }

  @Test
  @Tag("CAS-01")
  void severalDisksAndStreamsEndInOneRestorePoint() {
    Map<String, byte[]> disks =
        new java.util.TreeMap<>(
            Map.of(
                "a", DiskImages.mixed(random, 30 * CHUNK),
                "b", new byte[0],
                "c", DiskImages.mixed(random, 5 * CHUNK + 1)));
    UUID id = UUID.randomUUID();
    BackupSession session = pool.beginSession(Backups.full(id, disks));
    disks.forEach(
        (key, disk) -> {
          List<PlanItem> plan = Backups.plan(disk.length, CHUNK, Backups.whole(disk));
          session.storePlan(key, Gap.ZERO, Backups.split(plan, 4));
        });
    disks.entrySet().parallelStream()
        .forEach(disk -> Backups.transfer(session, disk.getKey(), disk.getValue()));

    session.seal(Backups.seal());

    disks.forEach((key, disk) -> assertArrayEquals(disk, Backups.restore(pool, id, key)));
  }

  @Test
  void aHugeSparseDiskIsSmallInPlanMapAndTime() {
    long size = 1L << 40;
    UUID id = UUID.randomUUID();
    SessionSpec spec =
        new SessionSpec(
            id,
            RestorePointType.FULL,
            Optional.empty(),
            List.of(new SessionDisk(DISK, size)),
            io.holdfast.pool.chunk.Codec.LZ4,
            com.google.protobuf.ByteString.EMPTY);
    BackupSession session = pool.beginSession(spec);
    long step = size / 160;
    Iterable<PlanItem> items =
        () ->
            new Iterator<>() {
              private int next;

              @Override
              public boolean hasNext() {
                return next < 160;
              }

              @Override
              public PlanItem next() {
                return PlanItem.whole(next++ * (step / CHUNK) * CHUNK, CHUNK);
              }
            };
    session.storePlan(DISK, Gap.ZERO, List.of(items));
    StreamWriter writer = session.stream(DISK, 0);
    byte[] noise = new byte[CHUNK];
    for (int i = 0; i < 160; i++) {
      random.nextBytes(noise);
      writer.writeExtent(i, ByteBuffer.wrap(noise));
    }
    assertEquals(160, writer.sync());

    session.seal(Backups.seal());

    Path map = folder.resolve("maps").resolve(id.toString()).resolve("0.map");
    assertTrue(map.toFile().length() < 16_384, "a map of " + map.toFile().length() + " bytes");
    try (RestorePointReader reader = pool.restorePoint(id)) {
      ByteBuffer last = ByteBuffer.allocate(CHUNK);
      reader.disk(DISK).read(159 * (step / CHUNK) * CHUNK, last);
      assertArrayEquals(noise, last.array());
      List<ByteRange> inPackOrder = new ArrayList<>();
      reader.disk(DISK).dataSpansInPackOrder(1 << 20).forEach(inPackOrder::add);
      assertEquals(160, inPackOrder.size());
    }
  }

  @Test
  void aSessionThatIsNotCoveredIsNotSealed() {
    byte[] disk = DiskImages.mixed(random, 20 * CHUNK);
    BackupSession session = pool.beginSession(Backups.full(UUID.randomUUID(), Map.of(DISK, disk)));
    session.storePlan(
        DISK, Gap.ZERO, List.of(Backups.plan(disk.length, CHUNK, Backups.whole(disk))));
    StreamWriter writer = session.stream(DISK, 0);
    Backups.transfer(writer, 0, disk);
    Backups.transfer(writer, 2, disk);
    assertEquals(1, writer.sync());

    BackupException error = assertThrows(BackupException.class, () -> session.seal(Backups.seal()));

    assertEquals(ErrorCode.SESSION_INCOMPLETE, error.code());
    assertEquals("1", error.parameters().get("ordinal"));
    session.abandon();
    assertEquals(List.of(), pool.sessions());
    assertEquals(0, pool.usage().storedBytes());
  }

  @Test
  @Tag("JOB-09")
  void aReopenedSessionGoesOnBehindWhatWasSynced() {
    byte[] disk = DiskImages.mixed(random, 40 * CHUNK);
    UUID id = UUID.randomUUID();
    BackupSession session = pool.beginSession(Backups.full(id, Map.of(DISK, disk)));
    session.storeDocument("owner", com.google.protobuf.ByteString.copyFromUtf8("x"));
    session.storePlan(
        DISK, Gap.ZERO, List.of(Backups.plan(disk.length, CHUNK, Backups.whole(disk))));
    StreamWriter writer = session.stream(DISK, 0);
    for (int i = 0; i < 6; i++) {
      Backups.transfer(writer, i, disk);
      if (i == 3) {
        writer.sync();
      }
    }
    pool.close();
    pool = FolderPool.open(folder, POOL_ID, Clock.systemUTC());

    BackupSession again = pool.reopenSession(id).orElseThrow();

    assertEquals("x", again.document("owner").orElseThrow().toStringUtf8());
    assertTrue(again.stream(DISK, 0).covers(3));
    assertEquals(false, again.stream(DISK, 0).covers(4));
    List<ExtentResult> results = Backups.transfer(again, DISK, disk);
    assertEquals(4, results.stream().filter(ExtentResult::replayed).count());
    again.seal(Backups.seal());
    assertArrayEquals(disk, Backups.restore(pool, id, DISK));
    assertEquals(Optional.empty(), pool.reopenSession(id));
  }

  @Test
  void aPoolHasOneWriter() {
    BackupException error =
        assertThrows(
            BackupException.class, () -> FolderPool.open(folder, POOL_ID, Clock.systemUTC()));

    assertEquals(ErrorCode.POOL_IN_USE, error.code());
    String holder = Messages.value(error.parameters().get("holder"), Locale.ENGLISH);
    assertTrue(holder.contains("process " + ProcessHandle.current().pid()), holder);
    try (Pool reader = FolderPool.openReadOnly(folder, Optional.of(POOL_ID))) {
      assertEquals(List.of(), reader.manifests());
    }
  }

  @Test
  void aPoolIsNotTakenForAnother() {
    pool.close();
    UUID other = UUID.randomUUID();

    assertEquals(
        ErrorCode.POOL_ID_MISMATCH,
        assertThrows(BackupException.class, () -> FolderPool.open(folder, other, Clock.systemUTC()))
            .code());
    assertEquals(
        ErrorCode.POOL_EXISTS,
        assertThrows(
                BackupException.class,
                () ->
                    FolderPool.create(
                        folder, new PoolSettings(other, "q", CHUNK), Clock.systemUTC()))
            .code());
    assertEquals(
        ErrorCode.POOL_FOLDER_NOT_EMPTY,
        assertThrows(
                BackupException.class,
                () ->
                    FolderPool.create(
                        folder.resolve("packs").getParent().getParent(),
                        new PoolSettings(other, "q", CHUNK),
                        Clock.systemUTC()))
            .code());
    pool = FolderPool.create(folder, new PoolSettings(POOL_ID, "p", CHUNK), Clock.systemUTC());
  }

  @Test
  void anotherPlanForAStoredOneIsRefused() {
    byte[] disk = DiskImages.mixed(random, 20 * CHUNK);
    BackupSession session = pool.beginSession(Backups.full(UUID.randomUUID(), Map.of(DISK, disk)));
    List<PlanItem> plan = Backups.plan(disk.length, CHUNK, Backups.whole(disk));

    assertEquals(
        session.storePlan(DISK, Gap.ZERO, Backups.split(plan, 2)),
        session.storePlan(DISK, Gap.ZERO, Backups.split(plan, 2)));

    assertEquals(
        ErrorCode.SESSION_PLAN_CONFLICT,
        assertThrows(
                BackupException.class,
                () -> session.storePlan(DISK, Gap.ZERO, Backups.split(plan, 3)))
            .code());
    session.abandon();
  }
}
