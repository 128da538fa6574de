package io.holdfast.agent.restore;

import io.holdfast.agent.throttle.Pace;
import io.holdfast.agent.transfer.SpanBuffers;
import io.holdfast.agent.transfer.SpanRequests;
import io.holdfast.error.BackupException;
import io.holdfast.model.ByteRange;
import io.holdfast.source.spi.DiskTarget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The writes of one span, all in flight at once. Blocks of 64 KiB that hold zeros only are not
 * written: skipped on a fresh disk, zeroed on an overwritten one, so that thin disks stay thin
 * (RST-06). Used by one thread.
 */
final class SpanWrite {
  private static final int BLOCK_BYTES = 1 << 16;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK_BYTES);

  private final ByteRange range;
  private final Optional<SpanBuffers.Span> span;
  private final boolean fresh;
  private final Pace pace;
  private final SpanRequests requests;
  private long poolBytes;
  private DiskTarget target;
  private long writtenBytes;

  /**
   * @param device as people know the disk
   * @param span the bytes; empty for a range that must read as zero
   * @param fresh zeros need not be written
   */
  SpanWrite(
      String device, ByteRange range, Optional<SpanBuffers.Span> span, boolean fresh, Pace pace) {
    this.range = range;
    this.span = span;
    this.fresh = fresh;
    this.pace = pace;
    this.requests = SpanRequests.writes(device, range);
  }

  /** Bytes that were read from the pool for the span: what they count for a transfer limit. */
  void poolBytes(long bytes) {
    poolBytes = bytes;
  }

  /** Sends all writes; an earlier attempt must have ended. */
  void start(DiskTarget to, int bufferBytes) {
    target = to;
    writtenBytes = 0;
    requests.start(
        sent -> {
          if (span.isEmpty()) {
            sent.add(target.zero(range.offset(), range.length()));
          } else {
            writeRuns(span.get(), bufferBytes, sent);
          }
        });
  }

  private void writeRuns(
      SpanBuffers.Span bytes, int bufferBytes, List<CompletableFuture<Void>> sent) {
    int length = (int) range.length();
    for (int from = 0; from < length; ) {
      boolean zero = isZero(bytes, from, length);
      int to = blockEnd(from, length);
      while (to < length && isZero(bytes, to, length) == zero) {
        to = blockEnd(to, length);
      }
      if (!zero) {
        write(bytes, from, to, bufferBytes, sent);
      } else if (!fresh) {
        sent.add(target.zero(range.offset() + from, to - from));
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
      List<CompletableFuture<Void>> sent) {
    int unitBytes = pace.unitBytes(bufferBytes);
    for (int at = from; at < to; at += unitBytes) {
      int length = Math.min(unitBytes, to - at);
      writtenBytes += length;
      long offset = range.offset() + at;
      ByteBuffer part = bytes.part(at, length);
      sent.add(pace.isOpen() ? target.write(offset, part) : writeWhenPassed(offset, part));
    }
  }

  private CompletableFuture<Void> writeWhenPassed(long offset, ByteBuffer part) {
    DiskTarget to = target;
    long transferred = Math.max(1, poolBytes * part.remaining() / range.length());
    return requests
        .heldUntil(pace.pass(part.remaining(), transferred))
        .thenCompose(passed -> to.write(offset, part));
  }

  DiskTarget target() {
    return target;
  }

  /** Bytes written, zeros not counted. */
  long writtenBytes() {
    return writtenBytes;
  }

  /** As {@link SpanRequests#await}. */
  Optional<BackupException> await() {
    return requests.await(() -> target.close());
  }

  /** As {@link SpanRequests#end}. */
  void end() {
    requests.end();
  }
}
