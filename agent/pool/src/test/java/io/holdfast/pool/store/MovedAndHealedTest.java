package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.document.DamagedChunk;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.map.DiskMapCursor;
import io.holdfast.pool.map.DiskMapReader;
import io.holdfast.pool.pack.MovedPacks;
import io.holdfast.pool.pack.PackDirectories;
import io.holdfast.pool.pack.PackReader;
import io.holdfast.pool.pack.PackWriter;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.DiskImages;
import io.holdfast.pool.testing.PoolFlavor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Chunks that are no longer where the maps say: compacted packs, damaged records. */
@Tag("POOL-10")
class MovedAndHealedTest {
  private static final int CHUNK = 1 << 16;
  private static final UUID POOL_ID = new UUID(6, 6);
  private static final UUID FIRST = new UUID(6, 1);
  private static final UUID SECOND = new UUID(6, 2);
  private static final String DISK = "vda";

  @TempDir Path folder;
  private final byte[] disk = DiskImages.mixed(new Random(8), 30 * CHUNK);

  private FolderPool create(PoolFlavor flavor) {
    FolderPool pool =
        (FolderPool)
            flavor.create(new io.holdfast.pool.medium.LocalFiles(folder), folder, POOL_ID, CHUNK);
    Backups.backup(pool, Backups.full(FIRST, Map.of(DISK, disk)), disk, Backups.whole(disk));
    return pool;
  }

  private static List<ChunkLocation> locations(FolderPool pool) {
    List<ChunkLocation> result = new ArrayList<>();
    try (DiskMapReader map = DiskMapReader.open(pool.scope(), FIRST, 0)) {
      for (DiskMapCursor cursor = map.cursor(); cursor.hasNext(); ) {
        result.add(cursor.next());
      }
    }
    return result;
  }

  /** What a compaction does: copies records, leaves word, deletes. */
  private static void move(FolderPool pool, List<UUID> from, UUID to) throws IOException {
    pool.scope().files().createFolder(pool.scope().tree().packShard(to));
    int features = pool.scope().encrypted() ? 1 : 0;
    try (PackWriter target =
        PackWriter.create(pool.scope(), pool.scope().tree().pack(to), to, features)) {
      for (UUID pack : from) {
        try (PackReader source = PackReader.open(pool.scope(), pack)) {
          for (var entry : source.directory()) {
            ByteBuffer record = ByteBuffer.allocate((int) entry.record().recordBytes());
            source.read(entry.offset(), record);
            target.append(record.flip());
          }
        }
      }
      target.finish();
    }
    MovedPacks moved = new MovedPacks(pool.scope(), new PackDirectories(pool.scope()));
    for (UUID pack : from) {
      moved.leaveWord(pack, List.of(to), 1);
      Files.delete(pool.scope().tree().pack(pack));
    }
  }

  @ParameterizedTest
  @EnumSource(PoolFlavor.class)
  @Tag("RST-02")
  void aPointWhosePacksWereCompactedTwiceRestoresWithNoIndex(PoolFlavor flavor) throws IOException {
    UUID once = new UUID(0x8000L, 1);
    UUID twice = new UUID(0x8000L, 2);
    try (FolderPool pool = create(flavor)) {
      List<UUID> packs = locations(pool).stream().map(ChunkLocation::packId).distinct().toList();
      assertEquals(2, packs.size());
      move(pool, packs, once);
      move(pool, List.of(once), twice);
    }

    try (Pool pool = flavor.open(new io.holdfast.pool.medium.LocalFiles(folder), folder, POOL_ID)) {
      assertArrayEquals(disk, Backups.restore(pool, FIRST, DISK));
      assertEquals(List.of(), pool.verify((done, total) -> true).damage());
    }
    if (flavor != PoolFlavor.ENCRYPTED) {
      try (Pool pool = FolderPool.openReadOnly(folder, Optional.of(POOL_ID))) {
        assertArrayEquals(disk, Backups.restore(pool, FIRST, DISK));
      }
    }
    Files.delete(folder.resolve("packs/00/" + twice + ".pack"));
    try (Pool pool = flavor.open(new io.holdfast.pool.medium.LocalFiles(folder), folder, POOL_ID)) {
      assertEquals(
          ErrorCode.CHUNK_MISSING,
          assertThrows(BackupException.class, () -> Backups.restore(pool, FIRST, DISK)).code());
      assertTrue(!pool.verify((done, total) -> true).damage().isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource(value = PoolFlavor.class, names = "STANDARD", mode = EnumSource.Mode.EXCLUDE)
  @Tag("POOL-02")
  void theNextBackupOfTheDataHealsADamagedChunk(PoolFlavor flavor) throws IOException {
    try (FolderPool pool = create(flavor)) {
      ChunkLocation hit = locations(pool).get(3);
      Path pack = pool.scope().tree().pack(hit.packId());
      byte[] bytes = Files.readAllBytes(pack);
      bytes[(int) hit.offset() + 90] ^= 4;
      Files.write(pack, bytes);
      assertThrows(BackupException.class, () -> Backups.restore(pool, FIRST, DISK));
      assertEquals(1, pool.verify((done, total) -> true).damage().size());
      pool.known()
          .orElseThrow()
          .damaged()
          .replace(
              List.of(
                  DamagedChunk.newBuilder()
                      .setPackId(hit.packId().toString())
                      .setOffset((int) hit.offset())
                      .setChunkId(ByteString.copyFrom(hit.id().bytes()))
                      .build()));

      ManifestSummary second =
          Backups.backup(pool, Backups.full(SECOND, Map.of("x", disk)), disk, Backups.whole(disk));

      assertEquals(1, second.disks().get(0).counts().newChunks());
      assertArrayEquals(disk, Backups.restore(pool, FIRST, DISK));
      assertArrayEquals(disk, Backups.restore(pool, SECOND, "x"));
    }
  }
}
