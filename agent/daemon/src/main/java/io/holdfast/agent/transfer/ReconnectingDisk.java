package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.ErrorKind;
import io.holdfast.source.spi.DiskEndpoint;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk on the platform, opened when it is first needed and opened again when its connection was
 * lost: for half a minute in all, then the failure is the caller's. Thread-safe; all streams of the
 * disk share it.
 *
 * @param <D> the open disk: a source or a target
 */
public final class ReconnectingDisk<D> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReconnectingDisk.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 1000;

  private final String vm;
  private final String device;
  private final Supplier<DiskEndpoint> endpoint;
  private final Function<DiskEndpoint, D> opening;
  private final Consumer<D> closing;
  private final Clock clock;
  private D disk;
  private int bufferBytes;
  private int openings;
  private boolean closed;

  /**
   * @param vm name of the VM
   * @param device as people know the disk
   * @param endpoint asked at every opening: a data port ends with its connection
   * @param opening opens and checks the disk
   * @param closing ends the connection, throws nothing
   */
  public ReconnectingDisk(
      String vm,
      String device,
      Supplier<DiskEndpoint> endpoint,
      Function<DiskEndpoint, D> opening,
      Consumer<D> closing,
      Clock clock) {
    this.vm = vm;
    this.device = device;
    this.endpoint = endpoint;
    this.opening = opening;
    this.closing = closing;
    this.clock = clock;
  }

  public String device() {
    return device;
  }

  /** A failure of the storage itself with the disk named as people know it; others as they are. */
  public BackupException named(BackupException failure) {
    boolean medium =
        failure.code() == ErrorCode.DISK_MEDIUM_READ_ERROR
            || failure.code() == ErrorCode.DISK_MEDIUM_WRITE_ERROR;
    if (!medium) {
      return failure;
    }
    Map<String, String> parameters = new LinkedHashMap<>(failure.parameters());
    parameters.put("disk", device + " (" + vm + ")");
    return BackupException.of(failure.code(), parameters, failure);
  }

  /** Size of one request to the open disk, 64 KiB…8 MiB. */
  public synchronized int bufferBytes() {
    return bufferBytes;
  }

  /** How often it was opened: what was not flushed at an earlier opening may be lost. */
  public synchronized int openings() {
    return openings;
  }

  /**
   * The open disk.
   *
   * @throws BackupException what opening threw; SESSION_NOT_OPEN once closed
   */
  public synchronized D open() {
    if (closed) {
      throw BackupException.of(ErrorCode.SESSION_NOT_OPEN, "session", device);
    }
    if (disk == null) {
      DiskEndpoint where = endpoint.get();
      disk = opening.apply(where);
      bufferBytes = where.bufferBytes();
      openings++;
    }
    return disk;
  }

  /**
   * Replaces a disk that failed. Of several streams that saw the same one fail, the first closes it
   * and all get the same new one.
   *
   * @param failure of kind TRANSIENT; the last one is thrown when there is no patience left
   */
  public synchronized D reopened(D failed, BackupException failure) {
    if (disk == failed) {
      LOG.warn("Disk {}: {}; connecting again", device, failure.getMessage());
      closing.accept(failed);
      disk = null;
    }
    Instant until = clock.instant().plus(PATIENCE);
    for (; ; ) {
      try {
        return open();
      } catch (BackupException refused) {
        if (refused.kind() != ErrorKind.TRANSIENT || closed || clock.instant().isAfter(until)) {
          throw refused;
        }
        LOG.info("Disk {}: {}", device, refused.getMessage());
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

  /** Ends the connection until the disk is needed again; to be called with no request in flight. */
  public synchronized void rest() {
    if (disk != null) {
      closing.accept(disk);
      disk = null;
    }
  }

  /** Ends the connection; requests in flight fail. Idempotent. */
  @Override
  public synchronized void close() {
    closed = true;
    rest();
    notifyAll();
  }
}
