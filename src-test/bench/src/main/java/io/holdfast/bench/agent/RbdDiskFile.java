package io.holdfast.bench.agent;

import io.holdfast.source.spi.CephAccess;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.RbdImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A disk of {@link ImagePlatform} that lies in a Ceph cluster: a file of five lines, configuration
 * file, pool, image, snapshot and size.
 *
 * @param sizeBytes of the image at the snapshot
 */
public record RbdDiskFile(
    Path configuration, String pool, String image, String snapshot, long sizeBytes) {
  static final String SUFFIX = ".rbd";
  private static final int REQUEST_BYTES = 4 << 20; // as the driver of Edge Cloud does by default
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** Makes disk {@code vda} of a VM of it. */
  public void write(Path vm) {
    try {
      Files.createDirectories(vm);
      Files.write(
          vm.resolve("vda" + SUFFIX),
          List.of(configuration.toString(), pool, image, snapshot, String.valueOf(sizeBytes)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static RbdDiskFile read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      return new RbdDiskFile(
          Path.of(lines.get(0)),
          lines.get(1),
          lines.get(2),
          lines.get(3),
          Long.parseLong(lines.get(4)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  DiskEndpoint endpoint(int connections) {
    CephAccess cluster = new CephAccess("admin", configuration, Optional.empty(), TIMEOUT, TIMEOUT);
    RbdImage from = new RbdImage(cluster, pool, image, snapshot);
    return new DiskEndpoint("rbd", "", 0, from, REQUEST_BYTES, connections, TIMEOUT, "error");
  }
}
