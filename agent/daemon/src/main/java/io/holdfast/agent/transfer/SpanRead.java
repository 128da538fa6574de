package io.holdfast.agent.transfer;

import io.holdfast.agent.throttle.StreamPace;
import io.holdfast.error.BackupException;
import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.source.spi.DiskSource;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The reads of one planned extent: its DATA ranges and nothing else, in requests of at most the
 * buffer size, all in flight at once. Used by one thread.
 */
final class SpanRead {
  private final PlanItem item;
  private final SpanBuffers.Span span;
  private final int bufferBytes;
  private final StreamPace pace;
  private final SpanRequests requests;
  private long guessedBytes;
  private DiskSource source;

  SpanRead(String device, PlanItem item, SpanBuffers.Span span, int bufferBytes, StreamPace pace) {
    this.item = item;
    this.span = span;
    this.bufferBytes = bufferBytes;
    this.pace = pace;
    this.requests = SpanRequests.reads(device, item.span());
  }

  /** Sends all requests; an earlier attempt must have ended. */
  void start(DiskSource from) {
    source = from;
    requests.start(
        sent -> {
          for (Extent extent : item.ranges()) {
            if (extent.state() == Extent.State.DATA) {
              requestAll(extent.range(), sent);
            }
          }
        });
  }

  private void requestAll(ByteRange range, List<CompletableFuture<Void>> sent) {
    int unitBytes = pace.unitBytes(bufferBytes);
    for (long at = range.offset(); at < range.end(); at += unitBytes) {
      int length = (int) Math.min(unitBytes, range.end() - at);
      ByteBuffer part = span.part((int) (at - item.span().offset()), length);
      sent.add(pace.isOpen() ? source.read(at, part) : readWhenPassed(at, part));
    }
  }

  private CompletableFuture<Void> readWhenPassed(long offset, ByteBuffer part) {
    DiskSource from = source;
    long guess = pace.guess(part.remaining());
    guessedBytes += guess;
    return requests
        .heldUntil(pace.pass(part.remaining(), guess))
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
    return requests.completion();
  }

  /** As {@link SpanRequests#await}. */
  Optional<BackupException> await() {
    return requests.await(() -> source.close());
  }

  /** As {@link SpanRequests#end}. */
  void end() {
    requests.end();
  }
}
