package io.holdfast.pool.store;

import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.chunk.ZeroScan;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The chunks of a planned extent and where their bytes come from.
 *
 * @param item the planned extent
 * @param gap what bytes outside its ranges are
 * @param chunkBytes of the pool
 */
record SpanChunks(PlanItem item, Gap gap, int chunkBytes) {
  /** Where a chunk's bytes come from. */
  enum Kind {
    /** As in the base: nothing of the chunk is planned. */
    UNCHANGED,
    /** Known to be zero without looking. */
    ZERO,
    /** Has to be looked at. */
    CONTENT
  }

  int count() {
    return Math.toIntExact((item.span().length() + chunkBytes - 1) / chunkBytes);
  }

  long number(int index) {
    return item.span().offset() / chunkBytes + index;
  }

  /** Where the chunk begins in the span. */
  int start(int index) {
    return index * chunkBytes;
  }

  int length(int index) {
    return (int) Math.min(chunkBytes, item.span().length() - (long) index * chunkBytes);
  }

  Kind kind(int index) {
    long covered = 0;
    for (Extent extent : item.ranges()) {
      long overlap = overlap(index, extent.range());
      if (overlap > 0) {
        if (extent.state() == Extent.State.DATA) {
          return Kind.CONTENT;
        }
        covered += overlap;
      }
    }
    if (gap == Gap.ZERO || covered == length(index)) {
      return Kind.ZERO;
    }
    return covered == 0 ? Kind.UNCHANGED : Kind.CONTENT;
  }

  /** Whether the base's bytes are needed to complete the chunk. */
  boolean needsBase(int index) {
    if (gap != Gap.BASE || kind(index) != Kind.CONTENT) {
      return false;
    }
    long covered = 0;
    for (Extent extent : item.ranges()) {
      covered += overlap(index, extent.range());
    }
    return covered < length(index);
  }

  private long overlap(int index, ByteRange range) {
    long from = item.span().offset() + start(index);
    long to = from + length(index);
    return Math.max(0, Math.min(to, range.end()) - Math.max(from, range.offset()));
  }

  /**
   * Fills what no DATA range covers of a CONTENT chunk.
   *
   * @param span the whole span from its position on; position and limit stay
   * @param base the base's chunk from 0 on; empty: zeros
   */
  void fill(int index, ByteBuffer span, Optional<ByteBuffer> base) {
    int at = start(index);
    int end = at + length(index);
    for (Extent extent : item.ranges()) {
      if (overlap(index, extent.range()) > 0) {
        int from = Math.max(at, (int) (extent.range().offset() - item.span().offset()));
        int to = Math.min(end, (int) (extent.range().end() - item.span().offset()));
        fillGap(index, span, base, new Piece(at, from));
        if (extent.state() == Extent.State.ZERO) {
          ZeroScan.fill(span, span.position() + from, span.position() + to);
        }
        at = to;
      }
    }
    fillGap(index, span, base, new Piece(at, end));
  }

  private record Piece(int from, int to) {}

  private void fillGap(int index, ByteBuffer span, Optional<ByteBuffer> base, Piece piece) {
    if (piece.from() >= piece.to()) {
      return;
    }
    int target = span.position() + piece.from();
    int length = piece.to() - piece.from();
    if (base.isPresent()) {
      span.put(target, base.get(), piece.from() - start(index), length);
    } else {
      ZeroScan.fill(span, target, target + length);
    }
  }
}
