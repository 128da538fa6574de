package io.holdfast.pool.plan;

import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import java.util.List;

/**
 * One planned extent: a chunk-aligned span of a disk and what of it is known to need reading or to
 * be zero. What no range covers is the plan's {@link Gap}.
 *
 * @param span begins at a multiple of the pool's chunk size and ends at one or at the disk's end
 * @param ranges in order, without overlap, inside the span; DATA is read from the source, ZERO
 *     reads as zero
 */
public record PlanItem(ByteRange span, List<Extent> ranges) {
  public PlanItem {
    ranges = List.copyOf(ranges);
    long end = span.offset();
    for (Extent extent : ranges) {
      if (extent.range().offset() < end || extent.range().end() > span.end()) {
        throw new IllegalArgumentException(
            "range at " + extent.range().offset() + " is out of order or outside its span");
      }
      end = extent.range().end();
    }
  }

  /** A span that is read as a whole. */
  public static PlanItem whole(long offset, long length) {
    return new PlanItem(new ByteRange(offset, length), List.of(Extent.data(offset, length)));
  }

  /** Bytes to read from the source. */
  public long readBytes() {
    long sum = 0;
    for (Extent extent : ranges) {
      if (extent.state() == Extent.State.DATA) {
        sum += extent.range().length();
      }
    }
    return sum;
  }
}
