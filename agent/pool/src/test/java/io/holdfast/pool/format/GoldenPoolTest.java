package io.holdfast.pool.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.document.Manifest;
import io.holdfast.pool.document.PoolDescriptor;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.testing.Backups;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pools of released versions stay readable, and the documented offsets are the real ones. */
@Tag("OPS-02")
@Tag("POOL-01")
class GoldenPoolTest {
  @TempDir Path scratch;

  private static Path golden() {
    try {
      return Path.of(GoldenPoolTest.class.getResource("/golden/pool-v1").toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Test
  void versionOneIsReadByThisRelease() {
    try (Pool pool = FolderPool.openReadOnly(golden(), Optional.of(GoldenPools.POOL_ID))) {
      assertArrayEquals(
          GoldenPools.full(), Backups.restore(pool, GoldenPools.FULL, GoldenPools.DISK));
      assertArrayEquals(
          GoldenPools.next(), Backups.restore(pool, GoldenPools.NEXT, GoldenPools.DISK));
      assertTrue(pool.verify((done, total) -> true).clean());
      assertEquals("金 golden", pool.settings().name());
      assertEquals(2, pool.manifests().size());
    }
  }

  @Test
  void aReaderWrittenFromTheDocumentRestoresVersionOne() throws IOException {
    DocumentedReader reader = new DocumentedReader(golden());

    assertArrayEquals(GoldenPools.full(), reader.disk(GoldenPools.FULL, 0));
    assertArrayEquals(GoldenPools.next(), reader.disk(GoldenPools.NEXT, 0));
    int records = 0;
    for (UUID pack : packs()) {
      records += reader.records(pack);
    }
    assertEquals(6, records);
    PoolDescriptor descriptor =
        PoolDescriptor.parseFrom(reader.body("pool.hfp", "POOL", GoldenPools.POOL_ID));
    assertEquals(GoldenPools.CHUNK, descriptor.getChunkBytes());
    Manifest manifest =
        Manifest.parseFrom(
            reader.body("manifests/" + GoldenPools.NEXT + ".manifest", "MNFT", GoldenPools.NEXT));
    assertEquals(GoldenPools.FULL.toString(), manifest.getBaseRestorePointId());
  }

  private static List<UUID> packs() throws IOException {
    try (Stream<Path> files = Files.walk(golden().resolve("packs"))) {
      return files
          .map(file -> PoolTree.packId(file.getFileName().toString()))
          .flatMap(Optional::stream)
          .toList();
    }
  }

  @Test
  void newerVersionsAndUnknownFeaturesAreRefusedByName() throws IOException {
    assertEquals(ErrorCode.FORMAT_TOO_NEW, codeAfter(8, (short) 2));
    assertEquals(ErrorCode.FORMAT_TOO_OLD, codeAfter(8, (short) 0));
    assertEquals(ErrorCode.FORMAT_TOO_NEW, codeAfter(14, (short) 0x10));
    assertEquals(ErrorCode.FORMAT_CORRUPT, codeAfter(0, (short) 0));
  }

  /** Opens a copy whose descriptor has another value at an offset, with a right checksum. */
  private ErrorCode codeAfter(int offset, short value) throws IOException {
    Path copy = scratch.resolve("pool-" + offset + "-" + value);
    Files.createDirectories(copy);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(golden().resolve("pool.hfp")));
    bytes.putShort(offset, value);
    bytes.putInt(60, DocumentedReader.crc(bytes, 0, 60));
    Files.write(copy.resolve("pool.hfp"), bytes.array());
    BackupException refused =
        assertThrows(BackupException.class, () -> FolderPool.openReadOnly(copy, Optional.empty()));
    assertEquals(copy.resolve("pool.hfp").toString(), refused.parameters().get("file"));
    assertTrue(refused.parameters().containsKey("offset"));
    assertTrue(!refused.getMessage().contains("?"), refused.getMessage());
    return refused.code();
  }

  @Test
  void theSameBackupStillGivesTheSamePacksAndMaps() throws IOException {
    GoldenPools.main(new String[] {scratch.resolve("again").toString()});

    assertEquals(listing(golden()), listing(scratch.resolve("again")));
    try (Stream<Path> files = Files.walk(golden())) {
      for (Path file :
          files
              .filter(Files::isRegularFile)
              .filter(file -> !file.toString().matches(".*(manifest|hfp)"))
              .sorted(Comparator.naturalOrder())
              .toList()) {
        Path other = scratch.resolve("again").resolve(golden().relativize(file).toString());
        assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(other), file::toString);
      }
    }
  }

  private static List<String> listing(Path pool) throws IOException {
    try (Stream<Path> files = Files.walk(pool)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> pool.relativize(file).toString())
          .filter(name -> !name.startsWith("lease"))
          .sorted()
          .toList();
    }
  }
}
