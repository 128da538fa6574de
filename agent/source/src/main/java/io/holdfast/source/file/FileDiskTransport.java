package io.holdfast.source.file;

import io.holdfast.source.DiskFailures;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskEndpoint.LocalFile;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import io.holdfast.source.spi.DiskTransport;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Opens raw image files. A target must exist already in its full size: that is how the disk's size
 * is told. Thread-safe.
 */
public final class FileDiskTransport implements DiskTransport {
  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public Availability availability() {
    return new Availability(true, "built in");
  }

  @Override
  public DiskSource openForReading(DiskEndpoint endpoint) {
    return open(endpoint, Set.of(StandardOpenOption.READ), path -> Optional.empty());
  }

  @Override
  public DiskTarget openForWriting(DiskEndpoint endpoint) {
    return open(
        endpoint, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE), DirectBlocks::on);
  }

  private static FileDisk open(
      DiskEndpoint endpoint,
      Set<OpenOption> options,
      Function<Path, Optional<DirectBlocks>> direct) {
    Path path = path(endpoint);
    DiskFailures failures = new DiskFailures(path.toString(), "localhost", 0);
    try {
      FileChannel channel = FileChannel.open(path, options);
      return new FileDisk(path, channel, direct.apply(path), endpoint.connections(), failures);
    } catch (IOException e) {
      throw failures.openRefused(e.toString(), e);
    }
  }

  private static Path path(DiskEndpoint endpoint) {
    if (endpoint.object() instanceof LocalFile file) {
      return file.path();
    }
    throw DiskFailures.wrongObject(endpoint);
  }
}
