package io.holdfast.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Extents of one disk: in order, without overlap, within the disk, neighbours of the same state
 * joined. What no extent covers is "not in question": unallocated in a map of allocated areas,
 * unchanged in a map of changed ones. Immutable.
 */
public final class ExtentMap {
  private final long diskSizeBytes;
  private final List<Extent> extents;

  private ExtentMap(long diskSizeBytes, List<Extent> extents) {
    this.diskSizeBytes = diskSizeBytes;
    this.extents = extents;
  }

  /**
   * Builds a map from extents as a platform gave them.
   *
   * @throws IllegalArgumentException when they are out of order, overlap or reach beyond the disk:
   *     an area list that is wrong in one place is not to be believed in any
   */
  public static ExtentMap of(long diskSizeBytes, List<Extent> inOrder) {
    List<Extent> joined = new ArrayList<>();
    long end = 0;
    for (Extent extent : inOrder) {
      ByteRange range = extent.range();
      if (range.offset() < end) {
        throw new IllegalArgumentException(
            "extent at " + range.offset() + " overlaps or is out of order");
      }
      if (range.end() > diskSizeBytes) {
        throw new IllegalArgumentException(
            "extent ends at " + range.end() + ", the disk has " + diskSizeBytes + " bytes");
      }
      end = range.end();
      join(joined, extent);
    }
    return new ExtentMap(diskSizeBytes, List.copyOf(joined));
  }

  /** The whole disk as data; empty for a disk of no bytes. */
  public static ExtentMap whole(long diskSizeBytes) {
    return of(
        diskSizeBytes, diskSizeBytes == 0 ? List.of() : List.of(Extent.data(0, diskSizeBytes)));
  }

  private static void join(List<Extent> joined, Extent next) {
    if (!joined.isEmpty()) {
      Extent last = joined.get(joined.size() - 1);
      if (last.state() == next.state() && last.range().end() == next.range().offset()) {
        long length = last.range().length() + next.range().length();
        joined.set(
            joined.size() - 1,
            new Extent(new ByteRange(last.range().offset(), length), last.state()));
        return;
      }
    }
    joined.add(next);
  }

  public long diskSizeBytes() {
    return diskSizeBytes;
  }

  public List<Extent> extents() {
    return extents;
  }

  /** Bytes in extents that must be read. */
  public long dataBytes() {
    return extents.stream()
        .filter(extent -> extent.state() == Extent.State.DATA)
        .mapToLong(extent -> extent.range().length())
        .sum();
  }

  /**
   * This map with every data byte that {@code allocated} does not hold as data turned to zero: what
   * was discarded since a mark is changed, but there is nothing to read.
   */
  public ExtentMap intersectedWith(ExtentMap allocated) {
    List<Extent> result = new ArrayList<>();
    int next = 0;
    for (Extent extent : extents) {
      if (extent.state() == Extent.State.ZERO) {
        result.add(extent);
        continue;
      }
      long at = extent.range().offset();
      long end = extent.range().end();
      while (next < allocated.extents.size() && allocated.extents.get(next).range().end() <= at) {
        next++;
      }
      for (int i = next; at < end; i++) {
        Extent other = i < allocated.extents.size() ? allocated.extents.get(i) : null;
        if (other == null || other.range().offset() >= end) {
          result.add(Extent.zero(at, end - at));
          break;
        }
        if (other.range().offset() > at) {
          result.add(Extent.zero(at, other.range().offset() - at));
          at = other.range().offset();
        }
        long until = Math.min(end, other.range().end());
        if (until > at) {
          result.add(new Extent(new ByteRange(at, until - at), other.state()));
          at = until;
        }
      }
    }
    return of(diskSizeBytes, result);
  }
}
