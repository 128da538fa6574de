package io.holdfast.agent.restore;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.spi.DiskTarget;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a disk has made durable what was written to it, but no longer than a time: one whose
 * storage hangs must not keep its stream's worker. Thread-safe.
 */
final class DiskFlush {
  /** As long as a write is waited for. */
  static final Duration LIMIT = Duration.ofSeconds(120);

  private static final Logger LOG = LoggerFactory.getLogger(DiskFlush.class);

  private final String device;
  private final Duration limit;

  /**
   * @param device as people know the disk
   */
  DiskFlush(String device, Duration limit) {
    this.device = device;
    this.limit = limit;
  }

  /**
   * Flushes and waits. A disk that does not answer is closed, on a thread of its own: closing may
   * hang as well.
   *
   * @throws BackupException what the disk said; DISK_FLUSH_FAILED when it said nothing in time, and
   *     then nobody knows what of the writes before is durable
   */
  void run(DiskTarget target) {
    CompletableFuture<Void> flushed = target.flush();
    try {
      flushed.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException silent) {
      LOG.warn("Disk {} did not answer a flush within {} s; closing it", device, limit.toSeconds());
      Thread closing = new Thread(target::close, "holdfast-close " + device);
      closing.setDaemon(true);
      closing.start();
      throw BackupException.causedBy(
          silent,
          ErrorCode.DISK_FLUSH_FAILED,
          "disk",
          device,
          "cause",
          Reason.of(ReasonCode.NO_ANSWER_FOR, "seconds", limit.toSeconds()));
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof BackupException known) {
        throw known;
      }
      throw new CompletionException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", "flush");
    }
  }
}
