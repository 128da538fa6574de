package io.holdfast.source.nbd;

import io.holdfast.source.FutureEnds;
import io.holdfast.source.PendingPieces;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Widens requests that do not fit the server's block size: reads through a larger buffer, writes by
 * reading the blocks at the edges first. Requests that fit pass through untouched. Widened writes
 * follow one another, for two of them may share a block. The last block of a disk may be short.
 * Thread-safe.
 */
final class BlockAligned {
  private final int blockBytes;
  private final long sizeBytes;
  private final Request reader;
  private final Request writer;

  /** The end of the chain of widened writes. Guarded by this. */
  private CompletableFuture<Void> lastWidened = CompletableFuture.completedFuture(null);

  /**
   * @param reader takes aligned requests only
   * @param writer takes aligned requests only
   */
  BlockAligned(int blockBytes, long sizeBytes, Request reader, Request writer) {
    this.blockBytes = blockBytes;
    this.sizeBytes = sizeBytes;
    this.reader = reader;
    this.writer = writer;
  }

  CompletableFuture<Void> read(long offset, ByteBuffer into) {
    if (!into.hasRemaining()) {
      return CompletableFuture.completedFuture(null);
    }
    if (fits(offset, into.remaining())) {
      return reader.start(offset, into);
    }
    long start = floor(offset);
    ByteBuffer wide = ByteBuffer.allocateDirect(widened(offset, into.remaining()));
    return ended(
        reader
            .start(start, wide)
            .thenRun(() -> into.put(wide.clear().slice((int) (offset - start), into.remaining()))));
  }

  CompletableFuture<Void> write(long offset, ByteBuffer from) {
    if (!from.hasRemaining()) {
      return CompletableFuture.completedFuture(null);
    }
    return fits(offset, from.remaining())
        ? writer.start(offset, from)
        : inTurn(() -> writeWidened(offset, from));
  }

  /** Zeroes the whole blocks by {@code zeroer}, what is left at the edges by writing. */
  CompletableFuture<Void> zero(long offset, long length, ZeroRequest zeroer) {
    long from = Math.min(ceiling(offset), offset + length);
    long end = offset + length;
    long to = end == sizeBytes ? end : Math.max(from, floor(end));
    CompletableFuture<Void> middle =
        from < to ? zeroer.start(from, to - from) : CompletableFuture.completedFuture(null);
    CompletableFuture<Void> head = write(offset, zeros(from - offset));
    CompletableFuture<Void> tail = write(to, zeros(end - to));
    PendingPieces parts = new PendingPieces(() -> {});
    parts.add(head);
    parts.add(middle);
    parts.add(tail);
    return parts.allAdded();
  }

  /** Writes zero bytes, one piece after the other. */
  CompletableFuture<Void> writeZeros(long offset, long length, int pieceBytes) {
    if (length == 0) {
      return CompletableFuture.completedFuture(null);
    }
    int count = (int) Math.min(pieceBytes - offset % pieceBytes, length);
    return ended(
        write(offset, zeros(count))
            .thenCompose(done -> writeZeros(offset + count, length - count, pieceBytes)));
  }

  private CompletableFuture<Void> writeWidened(long offset, ByteBuffer from) {
    long start = floor(offset);
    ByteBuffer wide = ByteBuffer.allocateDirect(widened(offset, from.remaining()));
    return reader
        .start(start, wide)
        .thenCompose(
            read -> {
              wide.clear().position((int) (offset - start));
              wide.put(from.duplicate()).clear();
              return writer.start(start, wide);
            })
        .thenRun(() -> from.position(from.limit()));
  }

  private synchronized CompletableFuture<Void> inTurn(Step step) {
    CompletableFuture<Void> result =
        lastWidened.handle((done, error) -> null).thenCompose(turn -> step.start());
    lastWidened = result;
    return ended(result);
  }

  /** A future that fails with the error itself, not with a wrapping of it. */
  private static CompletableFuture<Void> ended(CompletableFuture<Void> chained) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    FutureEnds.passOn(chained, result);
    return result;
  }

  private static ByteBuffer zeros(long count) {
    return ByteBuffer.allocateDirect(Math.toIntExact(count));
  }

  private boolean fits(long offset, long length) {
    long end = offset + length;
    return offset == floor(offset) && (end == floor(end) || end == sizeBytes);
  }

  private int widened(long offset, int length) {
    return Math.toIntExact(Math.min(ceiling(offset + length), sizeBytes) - floor(offset));
  }

  private long floor(long offset) {
    return offset & -blockBytes;
  }

  private long ceiling(long offset) {
    return (offset + blockBytes - 1) & -blockBytes;
  }

  /** Moves all remaining bytes of the buffer and its position. */
  interface Request {
    CompletableFuture<Void> start(long offset, ByteBuffer buffer);
  }

  /** Zeroes an aligned range. */
  interface ZeroRequest {
    CompletableFuture<Void> start(long offset, long length);
  }

  private interface Step {
    CompletableFuture<Void> start();
  }
}
