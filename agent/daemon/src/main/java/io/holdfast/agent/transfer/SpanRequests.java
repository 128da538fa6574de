package io.holdfast.agent.transfer;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.model.ByteRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The requests of one span to its disk, all in flight at once, reads or writes. As long as one is
 * in flight the span's memory is not free, whatever became of the others. Used by one thread.
 */
public final class SpanRequests {
  private static final long TIME_LIMIT_SECONDS = 120;

  private final ErrorCode failure;
  private final String what;
  private final String device;
  private final ByteRange range;
  private final AtomicInteger heldBack = new AtomicInteger();
  private CompletableFuture<Void> all = CompletableFuture.completedFuture(null);

  private SpanRequests(ErrorCode failure, String what, String device, ByteRange range) {
    this.failure = failure;
    this.what = what;
    this.device = device;
    this.range = range;
  }

  /**
   * Reads; they fail DISK_READ_FAILED.
   *
   * @param device as people know the disk
   */
  public static SpanRequests reads(String device, ByteRange range) {
    return new SpanRequests(ErrorCode.DISK_READ_FAILED, "read", device, range);
  }

  /**
   * Writes; they fail DISK_WRITE_FAILED.
   *
   * @param device as people know the disk
   */
  public static SpanRequests writes(String device, ByteRange range) {
    return new SpanRequests(ErrorCode.DISK_WRITE_FAILED, "write", device, range);
  }

  /** Has all requests sent; those of an earlier attempt must have ended. */
  public void start(Consumer<List<CompletableFuture<Void>>> sending) {
    List<CompletableFuture<Void>> requests = new ArrayList<>();
    try {
      sending.accept(requests);
    } finally {
      // Also when one could not be sent: those before it still use the span.
      all = CompletableFuture.allOf(requests.toArray(new CompletableFuture<?>[0]));
    }
  }

  /** Says that a speed limit holds a request back until {@code passed} is done. */
  public CompletableFuture<Void> heldUntil(CompletableFuture<Void> passed) {
    heldBack.incrementAndGet();
    return passed.whenComplete((free, ended) -> heldBack.decrementAndGet());
  }

  /** Completes when no request of the last start is in flight any more. */
  public CompletableFuture<Void> completion() {
    return all;
  }

  /**
   * Waits until no request is in flight; empty when all succeeded.
   *
   * @param closeDisk is run when the disk does not answer; it ends the requests
   */
  public Optional<BackupException> await(Runnable closeDisk) {
    try {
      getAll();
      return Optional.empty();
    } catch (TimeoutException silent) {
      closeDisk.run();
      end();
      return Optional.of(
          failed(silent, Reason.of(ReasonCode.NO_ANSWER_FOR, "seconds", TIME_LIMIT_SECONDS)));
    } catch (ExecutionException ended) {
      return Optional.of(
          ended.getCause() instanceof BackupException known
              ? known
              : failed(ended, Reason.words(String.valueOf(ended.getCause()))));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      end();
      return Optional.of(
          BackupException.causedBy(interrupted, ErrorCode.INTERRUPTED, "what", what));
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
  public void end() {
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
        failure,
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
