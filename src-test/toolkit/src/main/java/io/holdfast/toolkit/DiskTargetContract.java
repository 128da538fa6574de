package io.holdfast.toolkit;

import static io.holdfast.toolkit.DiskSourceContract.failureOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.ErrorCode;
import io.holdfast.source.spi.DiskTarget;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link DiskTarget} must do. A test class implements {@link #openTarget} and {@link
 * #closedImage} and inherits the suite.
 */
public interface DiskTargetContract {
  long SIZE_BYTES = (5 << 20) + 512;

  /** Opens a target over a raw image that exists already. */
  DiskTarget openTarget(Path raw, Path folder) throws Exception;

  /**
   * Ends whatever stands between target and image, so that the raw image given to {@link
   * #openTarget} holds what was written. Called after the target was closed.
   */
  void closedImage() throws Exception;

  @Test
  @Tag("RST-06")
  default void writesTheWholeDiskWithItsUnalignedTail(@TempDir Path folder) throws Exception {
    Path raw = emptyImage(folder, SIZE_BYTES);
    DiskPattern pattern = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    try (DiskTarget target = openTarget(raw, folder)) {
      assertEquals(SIZE_BYTES, target.sizeBytes());
      assertTrue(target.usefulRequestsInFlight() >= 1);
      List<CompletableFuture<Void>> writes = new ArrayList<>();
      for (long at = 0; at < SIZE_BYTES; at += 1 << 18) {
        int length = (int) Math.min(1 << 18, SIZE_BYTES - at);
        ByteBuffer from = direct(pattern.bytes(at, length));
        writes.add(target.write(at, from).thenRun(() -> assertFalse(from.hasRemaining())));
      }
      for (CompletableFuture<Void> write : writes) {
        write.get(30, TimeUnit.SECONDS);
      }
      target.flush().get(30, TimeUnit.SECONDS);
    }
    closedImage();
    assertEquals(DiskDigest.of(pattern), DiskDigest.of(raw), Seed.ofRun().toString());
  }

  @Test
  @Tag("RST-06")
  default void readsBackWhatItWroteAtAnyOffset(@TempDir Path folder) throws Exception {
    Path raw = folder.resolve("disk.raw");
    DiskPattern before = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    before.writeTo(raw);
    byte[] written = new SeededBytes(Seed.ofRun().with(1)).bytes(0, 7_001);
    try (DiskTarget target = openTarget(raw, folder)) {
      target.write(4_099, ByteBuffer.wrap(written)).get(30, TimeUnit.SECONDS);
      ByteBuffer into = ByteBuffer.allocate(12_000);
      target.read(0, into).get(30, TimeUnit.SECONDS);
      byte[] expected = before.bytes(0, 12_000);
      System.arraycopy(written, 0, expected, 4_099, written.length);
      assertArrayEquals(expected, into.array());
      target.flush().get(30, TimeUnit.SECONDS);
    }
    closedImage();
  }

  @Test
  @Tag("RST-06")
  default void zeroedRangesReadAsZeroAndTheirNeighboursStay(@TempDir Path folder) throws Exception {
    Path raw = folder.resolve("disk.raw");
    DiskPattern before = DiskPattern.full(SIZE_BYTES, Seed.ofRun());
    before.writeTo(raw);
    try (DiskTarget target = openTarget(raw, folder)) {
      target.zero(1_000, 3_000_000).get(30, TimeUnit.SECONDS);
      target.zero(SIZE_BYTES - 512, 512).get(30, TimeUnit.SECONDS);
      ByteBuffer into = ByteBuffer.allocate((int) SIZE_BYTES);
      target.read(0, into).get(30, TimeUnit.SECONDS);
      byte[] expected = before.bytes(0, (int) SIZE_BYTES);
      Arrays.fill(expected, 1_000, 3_001_000, (byte) 0);
      Arrays.fill(expected, (int) SIZE_BYTES - 512, (int) SIZE_BYTES, (byte) 0);
      assertArrayEquals(expected, into.array());
      target.flush().get(30, TimeUnit.SECONDS);
    }
    closedImage();
  }

  @Test
  @Tag("RST-06")
  default void zeroingAnEmptyTebibyteTakesNoSpaceAndNoTime(@TempDir Path folder) throws Exception {
    long size = 1L << 40;
    Path raw = emptyImage(folder, size);
    try (DiskTarget target = openTarget(raw, folder)) {
      target.write(1L << 39, direct(new byte[] {1, 2, 3})).get(30, TimeUnit.SECONDS);
      target.zero(0, 1L << 39).get(30, TimeUnit.SECONDS);
      target.zero((1L << 39) + 4096, (1L << 39) - 4096).get(30, TimeUnit.SECONDS);
      target.flush().get(30, TimeUnit.SECONDS);
    }
    closedImage();
    long allocated = QemuImage.allocatedBytes(raw);
    assertTrue(allocated < 4 << 20, allocated + " bytes were allocated for zeros");
  }

  @Test
  @Tag("RST-06")
  default void refusesARangeBeyondTheDisk(@TempDir Path folder) throws Exception {
    Path raw = emptyImage(folder, SIZE_BYTES);
    try (DiskTarget target = openTarget(raw, folder)) {
      ByteBuffer two = ByteBuffer.allocateDirect(2);
      assertEquals(
          ErrorCode.DISK_RANGE_INVALID, failureOf(target.write(SIZE_BYTES - 1, two)).code());
      assertEquals(
          ErrorCode.DISK_RANGE_INVALID, failureOf(target.read(SIZE_BYTES - 1, two)).code());
      assertEquals(ErrorCode.DISK_RANGE_INVALID, failureOf(target.zero(SIZE_BYTES - 1, 2)).code());
      assertEquals(2, two.remaining());
    }
    closedImage();
  }

  private static Path emptyImage(Path folder, long sizeBytes) {
    Path raw = folder.resolve("disk.raw");
    new DiskPattern(sizeBytes, List.of(), Seed.ofRun()).writeTo(raw);
    return raw;
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
