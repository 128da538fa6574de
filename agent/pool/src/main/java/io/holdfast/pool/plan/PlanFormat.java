package io.holdfast.pool.plan;

import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.format.Checksums;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Layout of plan files and of their items. */
final class PlanFormat {
  static final int DISK_SIZE_OFFSET = 64;
  static final int DISK_NUMBER_OFFSET = 72;
  static final int GAP_OFFSET = 76;
  static final int STREAMS_OFFSET = 80;
  static final int ITEMS_OFFSET = 88;
  static final int STREAM_BYTES = 32 + Checksums.SHA256_BYTES;
  static final int FOOTER_BYTES = 8 + Checksums.SHA256_BYTES;
  static final int INDEX_STEP = 256;
  static final long MAX_SPAN_BYTES = 64L << 20;

  private PlanFormat() {}

  static int maxBytes(PlanItem item) {
    return Varint.MAX_BYTES * (3 + 2 * item.ranges().size());
  }

  static void put(ByteBuffer into, PlanItem item, int chunkBytes) {
    Varint.put(into, item.span().offset() / chunkBytes);
    Varint.put(into, item.span().length());
    Varint.put(into, item.ranges().size());
    long end = item.span().offset();
    for (Extent extent : item.ranges()) {
      Varint.put(into, extent.range().offset() - end);
      int zero = extent.state() == Extent.State.ZERO ? 1 : 0;
      Varint.put(into, extent.range().length() << 1 | zero);
      end = extent.range().end();
    }
  }

  static PlanItem get(ByteBuffer from, int chunkBytes) {
    ByteRange span = new ByteRange(Varint.get(from) * chunkBytes, Varint.get(from));
    int count = Math.toIntExact(Varint.get(from));
    List<Extent> ranges = new ArrayList<>(Math.min(count, 1 << 16));
    long end = span.offset();
    for (int i = 0; i < count; i++) {
      long offset = end + Varint.get(from);
      long length = Varint.get(from);
      ByteRange range = new ByteRange(offset, length >>> 1);
      ranges.add(new Extent(range, (length & 1) == 1 ? Extent.State.ZERO : Extent.State.DATA));
      end = range.end();
    }
    return new PlanItem(span, ranges);
  }
}
