package io.holdfast.agent.transfer;

import io.holdfast.agent.throttle.StreamPace;
import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.source.spi.DiskSource;
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
 * The reads of one planned extent: its DATA ranges and nothing else, in requests of at most the
 * buffer size, all in flight at once. Used by one thread.
 */
final class SpanRead {
  private static final long TIME_LIMIT_SECONDS = 120;

  private final String device;
  private final PlanItem item;
  private final SpanBuffers.Span span;
  private final int bufferBytes;
  private final StreamPace pace;
  private final AtomicInteger heldBack = new AtomicInteger();
  private long guessedBytes;
  private DiskSource source;
  private CompletableFuture<Void> all = CompletableFuture.completedFuture(null);

  SpanRead(String device, PlanItem item, SpanBuffers.Span span, int bufferBytes, StreamPace pace) {
    this.device = device;
    this.item = item;
    this.span = span;
    this.bufferBytes = bufferBytes;
    this.pace = pace;
  }

  /** Sends all requests; an earlier attempt must have ended. */
  void start(DiskSource from) {
    source = from;
    List<CompletableFuture<Void>> requests = new ArrayList<>();
    try {
      for (Extent extent : item.ranges()) {
        if (extent.state() == Extent.State.DATA) {
          requestAll(extent.range(), requests);
        }
      }
    } finally {
      // Also when one could not be sent: those before it still write into the span.
      all = CompletableFuture.allOf(requests.toArray(new CompletableFuture<?>[0]));
    }
  }

  private void requestAll(ByteRange range, List<CompletableFuture<Void>> requests) {
    int unitBytes = pace.unitBytes(bufferBytes);
    for (long at = range.offset(); at < range.end(); at += unitBytes) {
      int length = (int) Math.min(unitBytes, range.end() - at);
      ByteBuffer part = span.part((int) (at - item.span().offset()), length);
      requests.add(pace.isOpen() ? source.read(at, part) : readWhenPassed(at, part));
    }
  }

  private CompletableFuture<Void> readWhenPassed(long offset, ByteBuffer part) {
    DiskSource from = source;
    long guess = pace.guess(part.remaining());
    guessedBytes += guess;
    heldBack.incrementAndGet();
    return pace.pass(part.remaining(), guess)
        .whenComplete((passed, failure) -> heldBack.decrementAndGet())
        .thenCompose(passed -> from.read(offset, part));
  }

  /** Bytes of the transfer limit that were passed for what was asked for; 0: none was limited. */
  long guessedBytes() {
    return guessedBytes;
  }

  /** What was read from. */
  DiskSource source() {
    return source;
  }

  /** Completes when no request of the last start is in flight any more. */
  CompletableFuture<Void> completion() {
    return all;
  }

  /** Waits until no request is in flight; empty when all succeeded. */
  Optional<BackupException> await() {
    try {
      getAll();
      return Optional.empty();
    } catch (TimeoutException silent) {
      source.close();
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
          BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", "read"));
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
        ErrorCode.DISK_READ_FAILED,
        "disk",
        device,
        "offset",
        item.span().offset(),
        "length",
        item.span().length(),
        "cause",
        text);
  }
}
