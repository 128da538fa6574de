package io.holdfast.source.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.NbdExport;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.toolkit.DiskPattern;
import io.holdfast.toolkit.DiskSourceContract;
import io.holdfast.toolkit.DiskTargetContract;
import io.holdfast.toolkit.QemuImage;
import io.holdfast.toolkit.QemuNbd;
import io.holdfast.toolkit.Seed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract suites against real qemu-nbd processes, raw and qcow2, one and more connections. */
class NbdDiskTest {
  static DiskEndpoint endpoint(int port, String export, int bufferBytes, int connections) {
    return new DiskEndpoint(
        "nbd",
        "127.0.0.1",
        port,
        new NbdExport(export),
        bufferBytes,
        connections,
        Duration.ofMinutes(1),
        "error");
  }

  /** A qemu-nbd process that ends with its test. */
  abstract static class WithServer {
    QemuNbd server;

    @AfterEach
    void endServer() {
      if (server != null) {
        server.close();
      }
    }
  }

  @Nested
  class RawSource extends WithServer implements DiskSourceContract {
    @Override
    public DiskSource openSource(Path raw, Path folder) {
      server = QemuNbd.readOnly(raw, "raw", "vda at snapshot");
      return new NbdDiskTransport()
          .openForReading(endpoint(server.port(), server.export(), 1 << 20, 1));
    }
  }

  @Nested
  class Qcow2SourceOnThreeConnections extends WithServer implements DiskSourceContract {
    @Override
    public DiskSource openSource(Path raw, Path folder) {
      Path qcow2 = folder.resolve("disk.qcow2");
      QemuImage.convert(raw, "raw", qcow2, "qcow2");
      server = QemuNbd.readOnly(qcow2, "qcow2", "磁盘");
      return new NbdDiskTransport()
          .openForReading(endpoint(server.port(), server.export(), 64 << 10, 3));
    }
  }

  @Nested
  class RawTarget extends WithServer implements DiskTargetContract {
    @Override
    public DiskTarget openTarget(Path raw, Path folder) {
      server = QemuNbd.writable(raw, "raw", "restore");
      return new NbdDiskTransport()
          .openForWriting(endpoint(server.port(), server.export(), 64 << 10, 2));
    }

    @Override
    public void closedImage() {
      server.close();
    }
  }

  @Nested
  class Qcow2Target extends WithServer implements DiskTargetContract {
    private Path raw;
    private Path qcow2;

    @Override
    public DiskTarget openTarget(Path image, Path folder) {
      raw = image;
      qcow2 = folder.resolve("disk.qcow2");
      QemuImage.convert(raw, "raw", qcow2, "qcow2");
      server = QemuNbd.writable(qcow2, "qcow2", "restore");
      return new NbdDiskTransport()
          .openForWriting(endpoint(server.port(), server.export(), 1 << 20, 1));
    }

    @Override
    public void closedImage() {
      server.close();
      QemuImage.convert(qcow2, "qcow2", raw, "raw");
    }
  }

  /** What the file takes of its file system, in units of 512 bytes. */
  private static long blocks(Path file) throws Exception {
    Process stat =
        new ProcessBuilder("stat", "-c", "%b", file.toString()).redirectErrorStream(true).start();
    String told = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    assertEquals(0, stat.waitFor(), told);
    return Long.parseLong(told);
  }

  @Test
  @Tag("CAS-14")
  void zeroedRangesOfAReservedDiskKeepTheirSpaceAndThoseOfAThinOneGiveItBack(@TempDir Path folder)
      throws Exception {
    int size = 8 << 20;
    for (boolean reserved : new boolean[] {true, false}) {
      Path raw = folder.resolve("disk-" + reserved);
      DiskPattern.full(size, Seed.ofRun()).writeTo(raw);
      long before = blocks(raw);
      try (QemuNbd server = QemuNbd.writable(raw, "raw", "restore")) {
        DiskEndpoint plain = endpoint(server.port(), server.export(), 1 << 20, 1);
        try (DiskTarget target =
            new NbdDiskTransport().openForWriting(reserved ? plain.keepingAllocation() : plain)) {
          target.zero(1 << 20, 4 << 20).get(30, TimeUnit.SECONDS);
          target.flush().get(30, TimeUnit.SECONDS);
          ByteBuffer read = ByteBuffer.allocate(4 << 20);
          target.read(1 << 20, read).get(30, TimeUnit.SECONDS);
          assertEquals(-1, read.flip().mismatch(ByteBuffer.allocate(4 << 20)));
        }
      }
      if (reserved) {
        assertTrue(blocks(raw) >= before, before + " blocks before, now " + blocks(raw));
      } else {
        assertTrue(blocks(raw) < before, "given back: " + blocks(raw) + " of " + before);
      }
    }
  }
}
