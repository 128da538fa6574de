package io.holdfast.source.nbd;

import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.NbdExport;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.toolkit.DiskSourceContract;
import io.holdfast.toolkit.DiskTargetContract;
import io.holdfast.toolkit.QemuImage;
import io.holdfast.toolkit.QemuNbd;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

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
}
