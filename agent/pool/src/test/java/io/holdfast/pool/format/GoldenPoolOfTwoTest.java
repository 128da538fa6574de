package io.holdfast.pool.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.pool.document.KeySlot;
import io.holdfast.pool.key.PoolSecret;
import io.holdfast.pool.medium.LocalFiles;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.testing.Backups;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dedup and encrypted pools as release 0.2 writes them stay readable, by the description too. */
@Tag("OPS-02")
@Tag("POOL-02")
@Tag("OPT-17")
class GoldenPoolOfTwoTest {
  private static Path golden(String name) {
    try {
      return Path.of(GoldenPoolOfTwoTest.class.getResource("/golden/" + name).toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pool-0.2-dedup", "pool-0.2-encrypted"})
  void theyAreReadByThisRelease(String name) {
    Path folder = golden(name);
    try (PoolSecret secret = PoolSecret.recoveryKey(GoldenPools.RECOVERY_KEY);
        Pool pool =
            FolderPool.openReadOnly(
                new LocalFiles(folder),
                folder,
                Optional.of(GoldenPools.POOL_ID),
                Optional.of(secret))) {
      assertArrayEquals(
          GoldenPools.full(), Backups.restore(pool, GoldenPools.FULL, GoldenPools.DISK));
      assertArrayEquals(
          GoldenPools.next(), Backups.restore(pool, GoldenPools.NEXT, GoldenPools.DISK));
      assertArrayEquals(
          GoldenPools.twin(), Backups.restore(pool, GoldenPools.TWIN, GoldenPools.DISK));
      assertTrue(pool.verify((done, total) -> true).clean());
      assertEquals(
          1, pool.manifest(GoldenPools.TWIN).orElseThrow().disks().get(0).counts().newChunks());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pool-0.2-dedup", "pool-0.2-encrypted"})
  void aReaderWrittenFromTheDocumentRestoresThem(String name)
      throws IOException, GeneralSecurityException {
    DocumentedReader reader = new DocumentedReader(golden(name), keys(name));

    assertArrayEquals(GoldenPools.full(), reader.disk(GoldenPools.FULL, 0));
    assertArrayEquals(GoldenPools.next(), reader.disk(GoldenPools.NEXT, 0));
    assertArrayEquals(GoldenPools.twin(), reader.disk(GoldenPools.TWIN, 0));
  }

  private static Optional<DocumentedKeys> keys(String name)
      throws IOException, GeneralSecurityException {
    if (!name.endsWith("encrypted")) {
      return Optional.empty();
    }
    byte[] recoveryKey = new byte[32];
    for (int i = 0; i < recoveryKey.length; i++) {
      recoveryKey[i] = (byte) i;
    }
    byte[] slot =
        new DocumentedReader(golden(name)).body("keys/0.key", "KEYS", GoldenPools.POOL_ID);
    return Optional.of(DocumentedKeys.of(KeySlot.parseFrom(slot), recoveryKey));
  }
}
