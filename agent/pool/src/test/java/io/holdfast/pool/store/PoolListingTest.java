package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.testing.Backups;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("OPS-02")
class PoolListingTest {
  private static final int CHUNK = 1 << 16;
  private static final UUID POOL_ID = new UUID(7, 7);
  private static final UUID GOOD = new UUID(7, 1);
  private static final UUID BAD = new UUID(7, 2);

  @TempDir Path folder;
  private Path manifest;

  @BeforeEach
  void backUpTwice() {
    byte[] disk = new byte[3 * CHUNK];
    disk[5] = 1;
    try (Pool pool =
        FolderPool.create(folder, new PoolSettings(POOL_ID, "p", CHUNK), Clock.systemUTC())) {
      for (UUID id : List.of(GOOD, BAD)) {
        Backups.backup(pool, Backups.full(id, Map.of("vda", disk)), disk, Backups.whole(disk));
      }
    }
    manifest = folder.resolve("manifests/" + BAD + ".manifest");
  }

  private PoolListing listing() {
    try (Pool pool = FolderPool.open(folder, POOL_ID, Clock.systemUTC())) {
      assertThrows(BackupException.class, pool::manifests);
      return pool.listing();
    }
  }

  @Test
  void aDamagedManifestIsNamedAndTheOthersAreListed() throws IOException {
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[100] ^= 1;
    Files.write(manifest, bytes);

    PoolListing listing = listing();

    assertEquals(List.of(GOOD), listing.points().stream().map(p -> p.restorePointId()).toList());
    assertEquals(List.of(BAD), listing.damaged().stream().map(d -> d.restorePointId()).toList());
    BackupException error = listing.damaged().get(0).error();
    assertEquals(ErrorCode.FORMAT_CORRUPT, error.code());
    assertTrue(error.getMessage().contains(BAD.toString()), error.getMessage());
  }

  @Test
  void aManifestOfALaterReleaseIsToldFromADamagedOne() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(manifest));
    bytes.putShort(8, (short) 9);
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, 60);
    bytes.putInt(60, (int) crc.getValue());
    Files.write(manifest, bytes.array());

    BackupException error = listing().damaged().get(0).error();

    assertEquals(ErrorCode.FORMAT_TOO_NEW, error.code());
    assertEquals("9", error.parameters().get("version"));
  }
}
