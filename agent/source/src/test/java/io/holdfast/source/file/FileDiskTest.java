package io.holdfast.source.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.LocalFile;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.toolkit.DiskSourceContract;
import io.holdfast.toolkit.DiskTargetContract;
import java.nio.file.Path;
import java.time.Duration;
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
