package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.source.spi.DiskEndpoint;
import io.holdfast.source.spi.DiskSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk of the snapshot, opened when it is first needed and opened again when its connection was
 * lost: for half a minute in all, then the failure is the caller's. Thread-safe; all streams of the
 * disk share it.
 */
final class SourceDisk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SourceDisk.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 1000;

  private final String device;
  private final long sizeBytes;
  private final DiskEndpoint endpoint;
  private final Function<DiskEndpoint, DiskSource> opening;
  private final Clock clock;
  private DiskSource source;
  private boolean closed;

  SourceDisk(
      String device,
      long sizeBytes,
      DiskEndpoint endpoint,
      Function<DiskEndpoint, DiskSource> opening,
      Clock clock) {
    this.device = device;
    this.sizeBytes = sizeBytes;
    this.endpoint = endpoint;
    this.opening = opening;
    this.clock = clock;
  }

  /** Size of one read, 64 KiB…8 MiB. */
  int bufferBytes() {
    return endpoint.bufferBytes();
  }

  /**
   * The open source.
   *
   * @throws BackupException what opening threw; DISK_SIZE_CHANGED; SESSION_NOT_OPEN once closed
   */
  synchronized DiskSource source() {
    if (closed) {
      throw BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", device);
    }
    if (source == null) {
      source = opened();
    }
    return source;
  }

  private DiskSource opened() {
    DiskSource result = opening.apply(endpoint);
    if (result.sizeBytes() != sizeBytes) {
      long actual = result.sizeBytes();
      result.close();
      throw BackupException.of(
          ErrorCode.DISK_SIZE_CHANGED, "disk", device, "actual", actual, "expected", sizeBytes);
    }
    return result;
  }

  /**
   * Replaces a source that failed. Of several streams that saw the same one fail, the first opens a
   * new one and the others get it.
   *
   * @param failure of kind TRANSIENT; thrown again when there is no patience left
   */
  synchronized DiskSource reopened(DiskSource failed, BackupException failure) {
    if (source == failed) {
      LOG.warn("Disk {}: {}; connecting again", device, failure.getMessage());
      failed.close();
      source = null;
    }
    Instant until = clock.instant().plus(PATIENCE);
    for (BackupException last = failure; ; ) {
      try {
        return source();
      } catch (BackupException refused) {
        if (refused.kind() != ErrorKind.TRANSIENT || closed) {
          throw refused;
        }
        last = refused;
      }
      if (clock.instant().isAfter(until)) {
        throw last;
      }
      pause();
    }
  }

  private void pause() {
    try {
      // Gives the lock away, so that close() need not wait.
      TimeUnit.MILLISECONDS.timedWait(this, PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", device);
    }
  }

  /** Ends the connection; reads in flight fail. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    if (source != null) {
      source.close();
      source = null;
    }
    notifyAll();
  }
}
