package io.holdfast.agent.transfer;

import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The planned extents of a part of a disk, made while they are walked. The disk is seen as windows
 * of the span size; an extent reaches from the first to the last chunk of its window that areas in
 * question touch. Walking it again gives the same extents.
 */
final class PlanItems implements Iterable<PlanItem> {
  private final long diskSizeBytes;
  private final List<Extent> areas;
  private final int chunkBytes;
  private final int spanBytes;
  private final ByteRange part;

  private PlanItems(
      long diskSizeBytes, List<Extent> areas, int chunkBytes, int spanBytes, ByteRange part) {
    this.diskSizeBytes = diskSizeBytes;
    this.areas = areas;
    this.chunkBytes = chunkBytes;
    this.spanBytes = spanBytes;
    this.part = part;
  }

  /**
   * Divides a disk into at most {@code streams} contiguous parts of about equal bytes to read;
   * empty when nothing has to be brought in.
   *
   * @param areas in question: allocated ones (gap ZERO) or changed ones (gap BASE)
   * @param spanBytes largest span, a multiple of {@code chunkBytes}
   */
  static List<PlanItems> streams(
      ExtentMap areas, Gap gap, int chunkBytes, int spanBytes, int streams) {
    List<Extent> needed = new ArrayList<>(areas.extents());
    if (gap == Gap.ZERO) {
      needed.removeIf(extent -> extent.state() == Extent.State.ZERO);
    }
    long size = areas.diskSizeBytes();
    if (needed.isEmpty()) {
      return List.of();
    }
    PlanItems whole =
        new PlanItems(size, List.copyOf(needed), chunkBytes, spanBytes, new ByteRange(0, size));
    return whole.divided(streams);
  }

  private List<PlanItems> divided(int streams) {
    long total = 0;
    for (PlanItem item : this) {
      total += weight(item);
    }
    List<PlanItems> parts = new ArrayList<>();
    long begin = 0;
    long sum = 0;
    for (PlanItem item : this) {
      sum += weight(item);
      boolean last = parts.size() == streams - 1;
      // Part n ends with the window that brings the sum to n/streams of the whole.
      if (!last && sum >= share(total, parts.size() + 1, streams)) {
        long end = Math.min(diskSizeBytes, windowOf(item.span().offset()) + spanBytes);
        parts.add(part(begin, end));
        begin = end;
      }
    }
    if (begin < diskSizeBytes) {
      parts.add(part(begin, diskSizeBytes));
    }
    parts.removeIf(rest -> !rest.iterator().hasNext());
    return parts;
  }

  /** An extent without bytes to read still costs a call. */
  private static long weight(PlanItem item) {
    return item.readBytes() + 1;
  }

  private static long share(long total, int part, int streams) {
    return total / streams * part + total % streams * part / streams;
  }

  private PlanItems part(long begin, long end) {
    return new PlanItems(
        diskSizeBytes, areas, chunkBytes, spanBytes, new ByteRange(begin, end - begin));
  }

  private long windowOf(long offset) {
    return offset / spanBytes * spanBytes;
  }

  @Override
  public Iterator<PlanItem> iterator() {
    return new Windows();
  }

  private final class Windows implements Iterator<PlanItem> {
    private long at = part.offset();
    private int next;

    @Override
    public boolean hasNext() {
      while (next < areas.size() && areas.get(next).range().end() <= at) {
        next++;
      }
      return at < part.end()
          && next < areas.size()
          && areas.get(next).range().offset() < part.end();
    }

    @Override
    public PlanItem next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      long window = windowOf(Math.max(at, areas.get(next).range().offset()));
      long windowEnd = Math.min(window + spanBytes, part.end());
      List<Extent> ranges = new ArrayList<>();
      for (int i = next; i < areas.size(); i++) {
        Extent area = areas.get(i);
        long from = Math.max(area.range().offset(), window);
        long to = Math.min(area.range().end(), windowEnd);
        if (from >= windowEnd) {
          break;
        }
        ranges.add(new Extent(new ByteRange(from, to - from), area.state()));
      }
      at = windowEnd;
      return new PlanItem(span(ranges), ranges);
    }

    private ByteRange span(List<Extent> ranges) {
      long from = ranges.get(0).range().offset() / chunkBytes * chunkBytes;
      long end = ranges.get(ranges.size() - 1).range().end();
      long to = Math.min(diskSizeBytes, (end + chunkBytes - 1) / chunkBytes * chunkBytes);
      return new ByteRange(from, to - from);
    }
  }
}
