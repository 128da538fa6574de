package io.holdfast.source.cvd;

import io.holdfast.error.BackupException;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.FutureEnds;
import io.holdfast.source.LimitedCalls;
import io.holdfast.source.LimitedClosing;
import io.holdfast.source.WorkerThreads;
import io.holdfast.source.cvd.jna.CvdConnection;
import io.holdfast.source.cvd.jna.CvdHandle;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk through the SDK: one worker thread for each of its connections. The SDK works on memory of
 * the workers, never on a caller's: a call that hangs is given up after a while ({@link
 * CvdLimits}), fails its future and keeps nothing but its thread and that memory. Futures complete
 * on the worker threads, those of calls that hang on another.
 */
final class CvdDisk implements DiskSource, DiskTarget {
  private static final Logger LOG = LoggerFactory.getLogger(CvdDisk.class);
  private static final Runnable NOTHING = () -> {};

  private final CvdConnection connection;
  private final CvdHandle handle;
  private final long sizeBytes;
  private final CvdErrors errors;
  private final DiskFailures failures;
  private final WorkerThreads workers;
  private final LimitedCalls calls;
  private final CvdLimits limits;
  private final ThreadLocal<ByteBuffer> memories = new ThreadLocal<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  CvdDisk(
      CvdConnection connection,
      CvdHandle handle,
      int connections,
      DiskFailures failures,
      CvdLimits limits) {
    this.connection = connection;
    this.handle = handle;
    this.sizeBytes = handle.sizeBytes();
    this.failures = failures;
    this.errors = new CvdErrors(failures);
    this.workers = new WorkerThreads("cvd " + failures.disk(), connections);
    this.calls = new LimitedCalls(workers);
    this.limits = limits;
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
    return calls.run(
        () -> readNow(offset, length, into),
        limits.call(),
        cause -> failures.read(offset, length, Reason.of(ReasonCode.DISK_CLOSED), cause),
        () -> failures.read(offset, length, silent(limits.call()), null));
  }

  /** The caller has its buffer back when the call is given up, so the SDK never gets it. */
  private Runnable readNow(long offset, int length, ByteBuffer into) {
    ByteBuffer memory = own(length);
    long count = handle.read(offset, memory, errors.reading(offset, length));
    if (count != length) {
      throw failures.shortRead(offset, length, count);
    }
    return () -> into.put(memory);
  }

  /** The calling thread's own memory; a call that hangs keeps it. */
  private ByteBuffer own(int length) {
    ByteBuffer memory = memories.get();
    if (memory == null || memory.capacity() < length) {
      memory = ByteBuffer.allocateDirect(length);
      memories.set(memory);
    }
    return memory.clear().limit(length);
  }

  private static String silent(Duration limit) {
    return Reason.of(
        ReasonCode.CALL_GIVEN_UP,
        "file",
        "CVD-SDK",
        "seconds",
        limit.toSeconds(),
        "count",
        LimitedCalls.hanging());
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    int length = from.remaining();
    return writing(offset, length, limits.call(), () -> writeNow(offset, length, from));
  }

  private Runnable writeNow(long offset, int length, ByteBuffer from) {
    ByteBuffer memory = own(length).put(from.duplicate()).flip();
    long count = handle.write(offset, memory, errors.writing(offset, length));
    if (count != length) {
      String inPart = Reason.of(ReasonCode.WRITTEN_IN_PART, "actual", count, "expected", length);
      throw failures.write(offset, length, inPart, null);
    }
    return () -> from.position(from.limit());
  }

  @Override
  public CompletableFuture<Void> zero(long offset, long length) {
    return writing(
        offset,
        length,
        limits.flush(),
        () -> {
          handle.zero(offset, length, errors.writing(offset, length));
          return NOTHING;
        });
  }

  @Override
  public CompletableFuture<Void> flush() {
    return writing(
        0,
        0,
        limits.flush(),
        () -> {
          handle.flush(errors.writing(0, sizeBytes));
          return NOTHING;
        });
  }

  private CompletableFuture<Void> writing(
      long offset, long length, Duration limit, Supplier<Runnable> call) {
    BackupException invalid = failures.invalidRange(offset, length, sizeBytes);
    return invalid != null
        ? FutureEnds.failed(invalid)
        : calls.run(
            call,
            limit,
            cause -> failures.write(offset, length, Reason.of(ReasonCode.DISK_CLOSED), cause),
            () -> failures.write(offset, length, silent(limit), null));
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
    LimitedClosing closing = new LimitedClosing("cvd-close " + failures.disk(), limits.close());
    if (!closing.close(this::free, !workers.isOneOfThem())) {
      LOG.warn("Closing {} in the CVD-SDK takes long and is not waited for", failures.disk());
    }
  }

  private void free() {
    handle.cancel();
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
