package io.holdfast.pool.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Messages;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.testing.Backups;
import io.holdfast.pool.testing.MemoryFiles;
import io.holdfast.pool.testing.PoolHolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("POOL-01")
class WriterLeaseTest {
  private static final UUID POOL_ID = new UUID(5, 0xf00L);
  private static final PoolSettings SETTINGS = new PoolSettings(POOL_ID, "p", PoolHolder.CHUNK);

  @TempDir Path folder;

  @Test
  @Tag("JOB-09")
  void theLeaseOfAKilledProcessIsFreeAtOnceAndItsSessionGoesOn()
      throws IOException, InterruptedException {
    FolderPool.create(folder, SETTINGS, Clock.systemUTC()).close();
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PoolHolder.class.getName(),
                folder.toString(),
                POOL_ID.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals("holding", said.readLine());
      BackupException inUse = assertThrows(BackupException.class, this::open);
      assertEquals(ErrorCode.POOL_IN_USE, inUse.code());
      String named = Messages.value(inUse.parameters().get("holder"), Locale.ENGLISH);
      assertTrue(named.contains("process " + holder.pid()), named);
    } finally {
      holder.destroyForcibly();
      assertTrue(holder.waitFor(30, TimeUnit.SECONDS));
    }

    try (Pool pool = open()) {
      BackupSession session = pool.reopenSession(PoolHolder.SESSION).orElseThrow();
      assertTrue(session.stream(PoolHolder.DISK, 0).covers(3));
      assertFalse(session.stream(PoolHolder.DISK, 0).covers(4));
      Backups.transfer(session, PoolHolder.DISK, PoolHolder.disk());
      session.seal(Backups.seal());
      assertArrayEquals(
          PoolHolder.disk(), Backups.restore(pool, PoolHolder.SESSION, PoolHolder.DISK));
      assertTrue(pool.verify((done, total) -> true).clean());
    }
  }

  private Pool open() {
    return FolderPool.open(folder, POOL_ID, Clock.systemUTC());
  }

  @Test
  void aWriterThatWasFencedOffSealsNothing() {
    Path place = Path.of("/pool");
    MemoryFiles files = new MemoryFiles();
    Pool first = FolderPool.create(files, place, SETTINGS, Clock.systemUTC());
    byte[] disk = PoolHolder.disk();
    UUID id = new UUID(5, 2);
    BackupSession session = first.beginSession(Backups.full(id, Map.of(PoolHolder.DISK, disk)));
    session.storePlan(
        PoolHolder.DISK,
        Gap.ZERO,
        List.of(Backups.plan(disk.length, PoolHolder.CHUNK, Backups.whole(disk))));
    Backups.transfer(session, PoolHolder.DISK, disk);
    files.loseLocks();
    Pool second = FolderPool.open(files, place, Optional.of(POOL_ID), Clock.systemUTC());

    BackupException fenced =
        assertThrows(BackupException.class, () -> session.seal(Backups.seal()));

    assertEquals(ErrorCode.POOL_IN_USE, fenced.code());
    assertEquals(Optional.empty(), second.manifest(id));
    second.close();
  }
}
