package io.holdfast.agent.restore;

import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.transfer.SpanBuffers;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ByteRange;
import io.holdfast.source.spi.DiskTarget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The writes of one span, all in flight at once. Blocks of 64 KiB that hold zeros only are not
 * written: skipped on a fresh disk, zeroed on an overwritten one, so that thin disks stay thin
 * (RST-06). Used by one thread.
 */
final class SpanWrite {
  private static final int BLOCK_BYTES = 1 << 16;
  private static final long TIME_LIMIT_SECONDS = 120;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK_BYTES);

  private final String device;
  private final ByteRange range;
  private final Optional<SpanBuffers.Span> span;
  private final boolean fresh;
  private final Pace pace;
  private final AtomicInteger heldBack = new AtomicInteger();
  private long poolBytes;
  private DiskTarget target;
  private long writtenBytes;
  private CompletableFuture<Void> all = CompletableFuture.completedFuture(null);

  /**
   * @param device as people know the disk
   * @param span the bytes; empty for a range that must read as zero
   * @param fresh zeros need not be written
   */
  SpanWrite(
      String device, ByteRange range, Optional<SpanBuffers.Span> span, boolean fresh, Pace pace) {
    this.device = device;
    this.range = range;
    this.span = span;
    this.fresh = fresh;
    this.pace = pace;
  }

  /** Bytes that were read from the pool for the span: what they count for a transfer limit. */
  void poolBytes(long bytes) {
    poolBytes = bytes;
  }

  /** Sends all writes; an earlier attempt must have ended. */
  void start(DiskTarget to, int bufferBytes) {
    target = to;
    writtenBytes = 0;
    List<CompletableFuture<Void>> requests = new ArrayList<>();
    try {
      if (span.isEmpty()) {
        requests.add(target.zero(range.offset(), range.length()));
      } else {
        writeRuns(span.get(), bufferBytes, requests);
      }
    } finally {
      // Also when one could not be sent: those before it still read from the span.
      all = CompletableFuture.allOf(requests.toArray(new CompletableFuture<?>[0]));
    }
  }

  private void writeRuns(
      SpanBuffers.Span bytes, int bufferBytes, List<CompletableFuture<Void>> requests) {
    int length = (int) range.length();
    for (int from = 0; from < length; ) {
      boolean zero = isZero(bytes, from, length);
      int to = blockEnd(from, length);
      while (to < length && isZero(bytes, to, length) == zero) {
        to = blockEnd(to, length);
      }
      if (!zero) {
        write(bytes, from, to, bufferBytes, requests);
      } else if (!fresh) {
        requests.add(target.zero(range.offset() + from, to - from));
      }
      from = to;
    }
  }

  /** Blocks are aligned on the disk, not in the span. */
  private int blockEnd(int from, int length) {
    long offset = range.offset() + from;
    long next = (offset / BLOCK_BYTES + 1) * BLOCK_BYTES;
    return (int) Math.min(length, next - range.offset());
  }

  private boolean isZero(SpanBuffers.Span bytes, int from, int length) {
    int end = blockEnd(from, length);
    ByteBuffer block = bytes.part(from, end - from);
    return block.mismatch(ZEROS.slice(0, end - from)) < 0;
  }

  private void write(
      SpanBuffers.Span bytes,
      int from,
      int to,
      int bufferBytes,
      List<CompletableFuture<Void>> requests) {
    int unitBytes = pace.unitBytes(bufferBytes);
    for (int at = from; at < to; at += unitBytes) {
      int length = Math.min(unitBytes, to - at);
      writtenBytes += length;
      long offset = range.offset() + at;
      ByteBuffer part = bytes.part(at, length);
      requests.add(pace.isOpen() ? target.write(offset, part) : writeWhenPassed(offset, part));
    }
  }

  private CompletableFuture<Void> writeWhenPassed(long offset, ByteBuffer part) {
    DiskTarget to = target;
    long transferred = Math.max(1, poolBytes * part.remaining() / range.length());
    heldBack.incrementAndGet();
    return pace.pass(part.remaining(), transferred)
        .whenComplete((passed, failure) -> heldBack.decrementAndGet())
        .thenCompose(passed -> to.write(offset, part));
  }

  DiskTarget target() {
    return target;
  }

  /** Bytes written, zeros not counted. */
  long writtenBytes() {
    return writtenBytes;
  }

  /** Waits until no request is in flight; empty when all succeeded. */
  Optional<BackupException> await() {
    try {
      getAll();
      return Optional.empty();
    } catch (TimeoutException silent) {
      target.close();
      end();
      return Optional.of(failed(silent, "no answer within " + TIME_LIMIT_SECONDS + " s"));
    } catch (ExecutionException failure) {
      return Optional.of(
          failure.getCause() instanceof BackupException known
              ? known
              : failed(failure, String.valueOf(failure.getCause())));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      end();
      return Optional.of(
          BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", "write"));
    }
  }

  /** The time limit is the disk's: as long as a speed limit holds requests back it does not run. */
  private void getAll() throws ExecutionException, InterruptedException, TimeoutException {
    for (; ; ) {
      try {
        all.get(TIME_LIMIT_SECONDS, TimeUnit.SECONDS);
        return;
      } catch (TimeoutException silent) {
        if (heldBack.get() == 0) {
          throw silent;
        }
      }
    }
  }

  /** Waits until no request is in flight, however they end: only then is the span free. */
  void end() {
    try {
      all.join();
    } catch (CompletionException ended) {
      // The failure is reported by await(); here only the end matters.
      all = CompletableFuture.completedFuture(null);
    }
  }

  private BackupException failed(Throwable cause, String text) {
    return BackupException.causedBy(
        cause,
        ErrorCode.DISK_WRITE_FAILED,
        "disk",
        device,
        "offset",
        range.offset(),
        "length",
        range.length(),
        "cause",
        text);
  }
}
