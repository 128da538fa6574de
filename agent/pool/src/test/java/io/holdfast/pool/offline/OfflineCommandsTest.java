package io.holdfast.pool.offline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.document.PoolInspection;
import io.holdfast.pool.document.RestorePointInspection;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.PoolSettings;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.DiskImages;
import io.holdfast.pool.verify.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("OPS-02")
class OfflineCommandsTest {
  private static final int CHUNK = 1 << 20;
  private static final UUID POOL_ID = new UUID(4, 0xf00L);
  private static final UUID POINT = new UUID(4, 1);
  private static final String DISK = "/vms/库/vda";

  @TempDir Path folder;
  private Path poolFolder;
  private byte[] disk;

  @BeforeEach
  void backUp() {
    poolFolder = folder.resolve("a pool");
    disk = DiskImages.mixed(new Random(3), 6 * CHUNK + 512);
    Arrays.fill(disk, CHUNK / 2, 3 * CHUNK, (byte) 0);
    Arrays.fill(disk, 5 * CHUNK, disk.length, (byte) 0);
    try (Pool pool =
        FolderPool.create(poolFolder, new PoolSettings(POOL_ID, "池", CHUNK), Clock.systemUTC())) {
      Backups.backup(pool, Backups.full(POINT, Map.of(DISK, disk)), disk, Backups.whole(disk));
    }
  }

  @Test
  void inspectPrintsPoolAndRestorePoint() throws InvalidProtocolBufferException {
    PoolInspection.Builder pool = PoolInspection.newBuilder();
    JsonFormat.parser().merge(Inspection.pool(poolFolder), pool);
    RestorePointInspection.Builder point = RestorePointInspection.newBuilder();
    JsonFormat.parser().merge(Inspection.restorePoint(poolFolder, POINT), point);

    assertEquals(POOL_ID.toString(), pool.getPoolId());
    assertEquals("池", pool.getName());
    assertEquals(1, pool.getRestorePointsCount());
    assertEquals("库 '1'", point.getLabelsOrThrow("vm"));
    assertEquals(disk.length, point.getDisks(0).getSizeBytes());
    assertEquals(2, point.getDisks(0).getDataSpans());
  }

  @Test
  void verifySaysCleanOrWhatIsDamaged() throws IOException {
    VerifyReport clean = Verification.run(poolFolder, (done, total) -> true);
    assertTrue(clean.clean());
    assertTrue(Verification.json(clean).contains("\"clean\": true"));
    Path manifest = poolFolder.resolve("manifests").resolve(POINT + ".manifest");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[80] ^= 1;
    Files.write(manifest, bytes);

    VerifyReport damaged = Verification.run(poolFolder, (done, total) -> true);

    assertFalse(damaged.clean());
    assertTrue(Verification.json(damaged).contains(POINT.toString()));
    assertTrue(Verification.json(damaged).contains("FORMAT_CORRUPT"));
  }

  @Test
  @Tag("RST-02")
  @Tag("RST-06")
  void restoreWritesASparseRawImage() throws IOException {
    Path target = folder.resolve("vda.raw");
    AtomicLong done = new AtomicLong();

    RawRestore.Restored restored = RawRestore.run(poolFolder, POINT, DISK, target, done::set);

    assertArrayEquals(disk, Files.readAllBytes(target));
    assertEquals(disk.length, restored.sizeBytes());
    assertTrue(restored.writtenBytes() <= 5L * CHUNK / 2 + 65536, restored::toString);
    assertEquals(3L * CHUNK, done.get());
    BackupException exists =
        assertThrows(
            BackupException.class,
            () -> RawRestore.run(poolFolder, POINT, DISK, target, done::set));
    assertEquals(ErrorCode.ALREADY_EXISTS, exists.code());
    assertArrayEquals(disk, Files.readAllBytes(target));
  }

  @Test
  void aFailedRestoreLeavesNoFile() {
    Path target = folder.resolve("none.raw");

    BackupException unknown =
        assertThrows(
            BackupException.class,
            () -> RawRestore.run(poolFolder, POINT, "no such disk", target, done -> {}));

    assertEquals(ErrorCode.NOT_FOUND, unknown.code());
    assertFalse(Files.exists(target));
    assertEquals(
        ErrorCode.POOL_NOT_FOUND,
        assertThrows(BackupException.class, () -> Inspection.pool(folder)).code());
  }
}
