package io.holdfast.toolkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.source.spi.DiskSource;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link DiskSource} must do. A test class implements {@link #openSource} and inherits
 * the suite.
 */
public interface DiskSourceContract {
  /** Sizes end in half a KiB: the odd disk of 512 bytes too many. */
  long SIZE_BYTES = (5 << 20) + 512;

  /**
   * Opens a source over a raw image. What else must end with the test (a server process) is the
   * implementer's {@code @AfterEach}.
   *
   * @param folder temporary folder for whatever the implementer makes of it
   */
  DiskSource openSource(Path raw, Path folder) throws Exception;

  @Test
  @Tag("CAS-09")
  default void readsTheWholeDiskWithItsUnalignedTail(@TempDir Path folder) throws Exception {
    DiskPattern pattern = DiskPattern.holed(SIZE_BYTES, Seed.ofRun());
    try (DiskSource source = openedOn(pattern, folder)) {
      assertEquals(SIZE_BYTES, source.sizeBytes());
      assertEquals(DiskDigest.of(pattern), DiskDigest.of(source), Seed.ofRun().toString());
    }
  }

  @Test
  @Tag("CAS-09")
  default void readsAnyRangeInAnyOrderWithManyInFlight(@TempDir Path folder) throws Exception {
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    Random random = new Random(Seed.ofRun().value());
    try (DiskSource source = openedOn(pattern, folder)) {
      List<CompletableFuture<Void>> reads = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int length = 1 + random.nextInt(i % 8 == 0 ? 2 << 20 : 70_000);
        long offset = (long) (random.nextDouble() * (SIZE_BYTES - length));
        ByteBuffer into =
            i % 2 == 0 ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
        reads.add(
            source
                .read(offset, into)
                .thenRun(
                    () -> {
                      assertFalse(into.hasRemaining());
                      byte[] got = new byte[length];
                      into.flip().get(got);
                      assertArrayEquals(pattern.bytes(offset, length), got, "at " + offset);
                    }));
      }
      for (CompletableFuture<Void> read : reads) {
        read.get(30, TimeUnit.SECONDS);
      }
      assertTrue(source.usefulReadsInFlight() >= 1);
    }
  }

  @Test
  @Tag("CAS-09")
  default void touchesNothingOutsideTheBuffersRange(@TempDir Path folder) throws Exception {
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    try (DiskSource source = openedOn(pattern, folder)) {
      ByteBuffer into = ByteBuffer.allocateDirect(1000);
      into.position(10).limit(900);
      source.read(333, into).get(30, TimeUnit.SECONDS);
      assertEquals(900, into.position());
      into.clear();
      byte[] got = new byte[1000];
      into.get(got);
      byte[] expected = new byte[1000];
      System.arraycopy(pattern.bytes(333, 890), 0, expected, 10, 890);
      assertArrayEquals(expected, got);
    }
  }

  @Test
  @Tag("CAS-09")
  default void readsTheLastByteAndNothingAtTheEnd(@TempDir Path folder) throws Exception {
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    try (DiskSource source = openedOn(pattern, folder)) {
      ByteBuffer into = ByteBuffer.allocateDirect(1);
      source.read(SIZE_BYTES - 1, into).get(30, TimeUnit.SECONDS);
      assertEquals(pattern.bytes(SIZE_BYTES - 1, 1)[0], into.get(0));
      source.read(SIZE_BYTES, ByteBuffer.allocateDirect(0)).get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  @Tag("CAS-09")
  default void refusesARangeBeyondTheDiskAndGoesOn(@TempDir Path folder) throws Exception {
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    try (DiskSource source = openedOn(pattern, folder)) {
      for (long offset : new long[] {SIZE_BYTES - 4095, SIZE_BYTES, Long.MAX_VALUE - 10, -1}) {
        assertEquals(
            ErrorCode.DISK_RANGE_INVALID,
            failureOf(source.read(offset, ByteBuffer.allocateDirect(4096))).code());
      }
      source.read(0, ByteBuffer.allocateDirect(4096)).get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  @Tag("CAS-09")
  default void opensADiskOfOneGibibyteAndASector(@TempDir Path folder) throws Exception {
    long size = (1L << 30) + 512;
    DiskPattern pattern = DiskPattern.holed(size, Seed.ofRun());
    try (DiskSource source = openedOn(pattern, folder)) {
      assertEquals(size, source.sizeBytes());
      ByteBuffer into = ByteBuffer.allocate(1536);
      source.read(size - 1536, into).get(30, TimeUnit.SECONDS);
      assertArrayEquals(pattern.bytes(size - 1536, 1536), into.array());
    }
  }

  @Test
  @Tag("CAS-09")
  default void failsReadsAfterItWasClosed(@TempDir Path folder) throws Exception {
    DiskSource source = openedOn(DiskPattern.full(SIZE_BYTES, Seed.ofRun()), folder);
    source.close();
    source.close();
    assertInstanceOf(
        BackupException.class, failureOf(source.read(0, ByteBuffer.allocateDirect(512))));
  }

  /** Opens a source on a raw image of the pattern. */
  private DiskSource openedOn(DiskPattern pattern, Path folder) throws Exception {
    Path raw = folder.resolve("disk.raw");
    pattern.writeTo(raw);
    return openSource(raw, folder);
  }

  /** The product's error that a future ends with; fails when it succeeds or takes half a minute. */
  static BackupException failureOf(CompletableFuture<?> future) {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS));
    return assertInstanceOf(BackupException.class, failure.getCause());
  }
}
