package io.holdfast.source.cvd;

import io.holdfast.error.BackupException;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.FutureEnds;
import io.holdfast.source.WorkerThreads;
import io.holdfast.source.cvd.jna.CvdConnection;
import io.holdfast.source.cvd.jna.CvdHandle;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk through the SDK: one worker thread for each of its connections. Direct buffers go to the
 * SDK as they are, others through a copy. Futures complete on the worker threads.
 */
final class CvdDisk implements DiskSource, DiskTarget {
  private static final Logger LOG = LoggerFactory.getLogger(CvdDisk.class);

  private final CvdConnection connection;
  private final CvdHandle handle;
  private final long sizeBytes;
  private final CvdErrors errors;
  private final DiskFailures failures;
  private final WorkerThreads workers;
  private final AtomicBoolean closed = new AtomicBoolean();

  CvdDisk(CvdConnection connection, CvdHandle handle, int connections, DiskFailures failures) {
    this.connection = connection;
    this.handle = handle;
    this.sizeBytes = handle.sizeBytes();
    this.failures = failures;
    this.errors = new CvdErrors(failures);
    this.workers = new WorkerThreads("cvd " + failures.disk(), connections);
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public CompletableFuture<Void> read(long offset, ByteBuffer into) {
    int length = into.remaining();
    BackupException invalid = failures.invalidRange(offset, length, sizeBytes);
    if (invalid != null) {
      return FutureEnds.failed(invalid);
    }
    return workers.run(
        () -> readNow(offset, into), cause -> failures.read(offset, length, "closed", cause));
  }

  private void readNow(long offset, ByteBuffer into) {
    int length = into.remaining();
    ByteBuffer memory = into.isDirect() ? into : ByteBuffer.allocateDirect(length);
    long count = handle.read(offset, memory, errors.reading(offset, length));
    if (count != length) {
      throw failures.shortRead(offset, length, count);
    }
    if (into.isDirect()) {
      into.position(into.limit());
    } else {
      into.put(memory);
    }
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    return writing(offset, from.remaining(), () -> writeNow(offset, from));
  }

  private void writeNow(long offset, ByteBuffer from) {
    int length = from.remaining();
    ByteBuffer memory = from;
    if (!from.isDirect()) {
      memory = ByteBuffer.allocateDirect(length).put(from.duplicate()).flip();
    }
    long count = handle.write(offset, memory, errors.writing(offset, length));
    if (count != length) {
      throw failures.write(offset, length, count + " of " + length + " bytes written", null);
    }
    from.position(from.limit());
  }

  @Override
  public CompletableFuture<Void> zero(long offset, long length) {
    return writing(
        offset, length, () -> handle.zero(offset, length, errors.writing(offset, length)));
  }

  @Override
  public CompletableFuture<Void> flush() {
    return writing(0, 0, () -> handle.flush(errors.writing(0, sizeBytes)));
  }

  private CompletableFuture<Void> writing(long offset, long length, Runnable call) {
    BackupException invalid = failures.invalidRange(offset, length, sizeBytes);
    return invalid != null
        ? FutureEnds.failed(invalid)
        : workers.run(call, cause -> failures.write(offset, length, "closed", cause));
  }

  /** Two for each connection: the next one waits while the answer of the last is handled. */
  @Override
  public int usefulReadsInFlight() {
    return 2 * workers.count();
  }

  @Override
  public int usefulRequestsInFlight() {
    return usefulReadsInFlight();
  }

  /**
   * Cancels what runs and frees the native handles. When a call of the SDK does not come back in
   * half a minute its handles are left to the end of the process: freeing them under the call would
   * end the process at once.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    handle.cancel();
    if (workers.isOneOfThem()) {
      Thread freeing = new Thread(this::free, "cvd-close " + failures.disk());
      freeing.setDaemon(true);
      freeing.start();
    } else {
      free();
    }
  }

  private void free() {
    if (!workers.end()) {
      LOG.warn("A call of the CVD-SDK on {} has not ended; its handle is kept", failures.disk());
      return;
    }
    try {
      handle.close(errors.writing(0, sizeBytes));
    } catch (BackupException nothingPromised) {
      LOG.warn("Closing {}: {}", failures.disk(), nothingPromised.getMessage());
    } finally {
      connection.close();
    }
  }
}
