package io.holdfast.pool.medium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("POOL-01")
class LocalFilesTest {
  /** Any offset, any length, also over the end; what is still in the page cache only, too. */
  @Test
  void aFileReadPastTheCacheHoldsTheSame(@TempDir Path scratch) throws IOException {
    Random random = new Random(7);
    byte[] expected = new byte[(9 << 20) + 1_234];
    random.nextBytes(expected);
    Path path = scratch.resolve("scanned");
    Files.write(path, expected);
    try (PoolFile file = new LocalFiles(scratch).openForScan(path)) {
      for (int step = 0; step < 200; step++) {
        int offset = random.nextInt(expected.length + 5_000);
        int wanted = random.nextInt(step % 2 == 0 ? 5 << 20 : 70_000);
        int length = Math.max(0, Math.min(wanted, expected.length - offset));
        ByteBuffer into = ByteBuffer.allocate(wanted + 10).position(10);
        assertEquals(length, file.read(offset, into), offset + " " + wanted);
        assertEquals(10 + length, into.position());
        int from = Math.min(offset, expected.length);
        assertTrue(
            Arrays.equals(into.array(), 10, 10 + length, expected, from, from + length),
            offset + " " + wanted);
      }
    }
  }

  /** Writes, roll backs, syncs and truncations against an array. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anAppendedFileHoldsWhatWasWritten(long seed, @TempDir Path scratch) throws IOException {
    Random random = new Random(seed);
    byte[] expected = new byte[40 << 20];
    int end = 0;
    Path path = scratch.resolve("appended");
    try (PoolFile file = new LocalFiles(scratch).createAppended(path)) {
      for (int step = 0; step < 120; step++) {
        if (random.nextInt(5) == 0) {
          end = Math.max(0, end - random.nextInt(random.nextBoolean() ? 5_000 : 6 << 20));
        }
        int length =
            Math.min(expected.length - end, random.nextInt(step % 3 == 0 ? 3 << 20 : 9_000));
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        System.arraycopy(bytes, 0, expected, end, length);
        ByteBuffer from = ByteBuffer.wrap(bytes);
        file.write(end, from);
        assertEquals(0, from.remaining());
        end += length;
        if (random.nextInt(6) == 0) {
          file.sync();
          assertTrue(Files.size(path) >= end);
          assertHolds(path, expected, end);
        }
        if (random.nextInt(20) == 0) {
          file.truncate(end);
          assertEquals(end, file.sizeBytes());
        }
      }
      file.truncate(end);
      file.sync();
      assertEquals(end, file.sizeBytes());
      ByteBuffer tail = ByteBuffer.allocate(100);
      assertEquals(Math.min(100, end), file.read(Math.max(0, end - 100), tail));
    }
    assertEquals(end, Files.size(path));
    assertHolds(path, expected, end);
  }

  private static void assertHolds(Path path, byte[] expected, int end) throws IOException {
    byte[] found = Files.readAllBytes(path);
    assertEquals(-1, Arrays.mismatch(expected, 0, end, found, 0, end));
  }

  @TempDir Path folder;
  private PoolFiles files;

  @BeforeEach
  void openFiles() {
    files = new LocalFiles(folder);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskIsToldFromOtherFailures() {
    try (PoolFile full = files.openForWriting(Path.of("/dev/full"))) {
      BackupException error =
          assertThrows(BackupException.class, () -> full.write(0, ByteBuffer.wrap(new byte[1])));

      assertEquals(ErrorCode.POOL_FULL, error.code());
      assertEquals(folder.toString(), error.parameters().get("folder"));
      assertTrue(Long.parseLong(error.parameters().get("free")) >= 0);
    }
  }

  @Test
  void whatIsMissingIsNamed() {
    Path none = folder.resolve("none");

    BackupException error = assertThrows(BackupException.class, () -> files.openForReading(none));

    assertEquals(ErrorCode.POOL_READ_FAILED, error.code());
    assertEquals(none.toString(), error.parameters().get("file"));
    assertEquals(0, files.length(none));
    assertEquals(List.of(), files.list(none));
    files.delete(none);
  }

  @Test
  @Tag("POOL-08")
  void roomIsToldAndAMissingFolderIsNotTakenForAFullOne() {
    assertTrue(files.capacityBytes(folder) > 0);
    assertTrue(files.freeBytes(folder) > 0);
    Path none = folder.resolve("none");

    BackupException error = assertThrows(BackupException.class, () -> files.freeBytes(none));

    assertEquals(ErrorCode.POOL_READ_FAILED, error.code());
  }

  @Test
  void filesAreWrittenRenamedAndCut() {
    Path file = folder.resolve("sub").resolve("a");
    files.createFolder(file.getParent());
    try (PoolFile out = files.create(file)) {
      out.write(3, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      out.truncate(5);
      out.sync();
      assertEquals(5, out.sizeBytes());
    }
    files.rename(file, file.resolveSibling("b"));
    files.syncFolder(file.getParent());

    assertEquals(List.of("b"), files.list(file.getParent()));
    assertFalse(files.exists(file));
    ByteBuffer read = ByteBuffer.allocate(10);
    try (PoolFile in = files.openForReading(file.resolveSibling("b"))) {
      assertEquals(5, in.read(0, read));
    }
    assertEquals(2, read.get(4));
  }

  @Test
  void aLockIsHeldOnce() {
    Path lock = folder.resolve("lock");
    PoolFiles.FileLease held = files.tryLock(lock).orElseThrow();

    assertTrue(files.tryLock(lock).isEmpty());
    held.close();
    files.tryLock(lock).orElseThrow().close();
  }

  /** Closing any channel on a locked file would give the lock up for the whole process. */
  @Test
  @Tag("POOL-10")
  @EnabledOnOs(OS.LINUX)
  void aSecondAttemptDoesNotGiveTheLockAway(@TempDir Path scratch) throws IOException {
    Path file = scratch.resolve("lock");
    LocalFiles files = new LocalFiles(scratch);
    try (PoolFiles.FileLease held = files.tryLock(file).orElseThrow()) {
      assertTrue(files.tryLock(file).isEmpty());
      assertTrue(files.tryShare(file).isEmpty());
      assertTrue(isLocked(file));
      held.close();
      assertFalse(isLocked(file));
    }
  }

  @Test
  @Tag("POOL-10")
  void aSharedLockIsHeldUntilTheLastHolderGoes(@TempDir Path scratch) {
    Path file = scratch.resolve("lock");
    LocalFiles files = new LocalFiles(scratch);
    PoolFiles.FileLease first = files.tryShare(file).orElseThrow();
    PoolFiles.FileLease second = files.tryShare(file).orElseThrow();
    first.close();
    first.close();
    assertTrue(files.tryLock(file).isEmpty());
    second.close();
    files.tryLock(file).orElseThrow().close();
  }

  private static boolean isLocked(Path file) throws IOException {
    String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
    return Files.readAllLines(Path.of("/proc/locks")).stream()
        .anyMatch(line -> line.contains("POSIX") && line.contains(inode));
  }
}
