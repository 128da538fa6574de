package io.holdfast.source.rbd;

import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.source.rbd.jna.RbdHandle.Ranges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gathers the ranges of a difference, neighbours joined, at 17 bytes a range, and makes extents of
 * them: what lies beyond the disk is cut off; where ranges overlap, data prevails, for too much
 * read is only slow. Used by one thread.
 */
final class RangeCollector implements Ranges {
  private static final int FIRST_CAPACITY = 1024;

  private long[] begins = new long[FIRST_CAPACITY];
  private long[] ends = new long[FIRST_CAPACITY];
  private boolean[] exist = new boolean[FIRST_CAPACITY];
  private int count;
  private boolean inOrder = true;

  @Override
  public void add(long offset, long length, boolean exists) {
    if (length <= 0) {
      return;
    }
    if (count > 0) {
      if (ends[count - 1] == offset && exist[count - 1] == exists) {
        ends[count - 1] = offset + length;
        return;
      }
      inOrder &= offset >= ends[count - 1];
    }
    if (count == begins.length) {
      begins = Arrays.copyOf(begins, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
      exist = Arrays.copyOf(exist, 2 * count);
    }
    begins[count] = offset;
    ends[count] = offset + length;
    exist[count] = exists;
    count++;
  }

  /** What was gathered, as extents of a disk. */
  ExtentMap extents(long diskSizeBytes) {
    List<Extent> extents = new ArrayList<>(count);
    if (inOrder) {
      for (int i = 0; i < count; i++) {
        add(extents, begins[i], Math.min(ends[i], diskSizeBytes), exist[i]);
      }
    } else {
      untangle(extents, diskSizeBytes);
    }
    return ExtentMap.of(diskSizeBytes, extents);
  }

  /** What was gathered, with gaps up to {@code gapBytes} closed, as spans to look at again. */
  List<long[]> spans(long diskSizeBytes, long gapBytes) {
    List<long[]> spans = new ArrayList<>();
    for (Extent extent : extents(diskSizeBytes).extents()) {
      long begin = extent.range().offset();
      if (!spans.isEmpty() && begin - spans.get(spans.size() - 1)[1] <= gapBytes) {
        spans.get(spans.size() - 1)[1] = extent.range().end();
      } else {
        spans.add(new long[] {begin, extent.range().end()});
      }
    }
    return spans;
  }

  private static void add(List<Extent> extents, long begin, long end, boolean exists) {
    if (begin < end) {
      extents.add(exists ? Extent.data(begin, end - begin) : Extent.zero(begin, end - begin));
    }
  }

  /** Walks over all bounds in order and counts what is open at each. */
  private void untangle(List<Extent> extents, long diskSizeBytes) {
    List<long[]> bounds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int kind = exist[i] ? 1 : 0;
      bounds.add(new long[] {Math.min(begins[i], diskSizeBytes), 1, kind});
      bounds.add(new long[] {Math.min(ends[i], diskSizeBytes), -1, kind});
    }
    bounds.sort((one, other) -> Long.compare(one[0], other[0]));
    int[] open = new int[2];
    long at = 0;
    for (long[] bound : bounds) {
      if (open[0] + open[1] > 0) {
        add(extents, at, bound[0], open[1] > 0);
      }
      at = bound[0];
      open[(int) bound[2]] += (int) bound[1];
    }
  }
}
