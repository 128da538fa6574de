package io.holdfast.source.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.LocalFile;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.DiskSourceContract;
import io.holdfast.toolkit.DiskTargetContract;
import io.holdfast.toolkit.QemuImage;
import io.holdfast.toolkit.Seed;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiskTest {
  private static DiskEndpoint endpoint(Path file) {
    return new DiskEndpoint(
        "file", "", 0, new LocalFile(file), 1 << 20, 2, Duration.ofMinutes(1), "error");
  }

  @Nested
  class Source implements DiskSourceContract {
    @Override
    public DiskSource openSource(Path raw, Path folder) {
      return new FileDiskTransport().openForReading(endpoint(raw));
    }
  }

  @Nested
  class Target implements DiskTargetContract {
    @Override
    public DiskTarget openTarget(Path raw, Path folder) {
      return new FileDiskTransport().openForWriting(endpoint(raw));
    }

    @Override
    public void closedImage() {}
  }

  /** Aligned buffers go past the page cache, others through it; both see what the other wrote. */
  @Test
  void wholeBlocksAndPartsOfThemMeet(@TempDir Path folder) throws Exception {
    Path raw = folder.resolve("disk.raw");
    byte[] expected = new byte[(4 << 20) + 512];
    Files.write(raw, expected);
    Random random = new Random(3);
    ByteBuffer arena = ByteBuffer.allocateDirect((2 << 20) + 4096).alignedSlice(4096);
    try (DiskTarget disk = new FileDiskTransport().openForWriting(endpoint(raw))) {
      for (int step = 0; step < 150; step++) {
        int unit = step % 3 == 0 ? 1 : 4096;
        int offset = random.nextInt(expected.length / unit) * unit;
        int length = Math.min(random.nextInt(1 << 20) / unit * unit, expected.length - offset);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        int place = step % 5 == 0 ? 8 : 0;
        disk.write(offset, arena.slice(place, length).put(bytes).flip()).get(30, TimeUnit.SECONDS);
        System.arraycopy(bytes, 0, expected, offset, length);
      }
      disk.flush().get(30, TimeUnit.SECONDS);
      ByteBuffer back = arena.slice(0, 1 << 20);
      disk.read(1 << 20, back).get(30, TimeUnit.SECONDS);
      byte[] got = new byte[1 << 20];
      back.flip().get(got);
      assertArrayEquals(Arrays.copyOfRange(expected, 1 << 20, 2 << 20), got);
    }
    assertArrayEquals(expected, Files.readAllBytes(raw));
  }

  @Test
  @Tag("RST-06")
  void writesZerosOverDataWhereNoHoleCanBePunched(@TempDir Path folder) throws Exception {
    Path raw = folder.resolve("disk.raw");
    DiskPattern before = DiskPattern.holed((3 << 20) + 512, Seed.ofRun());
    before.writeTo(raw);
    long allocated = QemuImage.allocatedBytes(raw);
    FileChannel channel = FileChannel.open(raw, StandardOpenOption.READ, StandardOpenOption.WRITE);
    DiskFailures failures = new DiskFailures("disk", "localhost", 0);
    Path noSuchFile = folder.resolve("missing");
    try (FileDisk disk = new FileDisk(noSuchFile, channel, Optional.empty(), 1, failures)) {
      disk.zero(100, before.sizeBytes() - 200).get(30, TimeUnit.SECONDS);
      disk.flush().get(30, TimeUnit.SECONDS);
    }
    byte[] expected = before.bytes(0, (int) before.sizeBytes());
    Arrays.fill(expected, 100, expected.length - 100, (byte) 0);
    assertArrayEquals(expected, Files.readAllBytes(raw));
    long growth = QemuImage.allocatedBytes(raw) - allocated;
    assertTrue(growth <= 6 * (64 << 10), growth + " bytes of holes were filled with zeros");
  }

  @Test
  @Tag("CAS-09")
  void namesTheFileThatIsNotThere(@TempDir Path folder) {
    Path missing = folder.resolve("missing.raw");
    BackupException failure =
        assertThrows(
            BackupException.class, () -> new FileDiskTransport().openForReading(endpoint(missing)));
    assertEquals(ErrorCode.DISK_OPEN_REFUSED, failure.code());
    assertTrue(failure.parameters().get("disk").contains("missing.raw"), failure.toString());
  }
}
