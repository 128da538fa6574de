package io.holdfast.agent.restore;

import io.holdfast.model.ByteRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where a fresh disk is looked at to see whether it is zero between the data. A volume that was not
 * wiped is foreign nearly everywhere: so few places, spread evenly over all that was not written,
 * tell it, while all of a large thin disk would be read for nothing. Pure.
 */
final class ZeroSamples {
  /** Read at each place; the disk's end may cut it. */
  static final int SAMPLE_BYTES = 64 << 10;

  /** At most so many places, 16 MiB in all, and the last block that was not written. */
  static final int MOST = 256;

  private ZeroSamples() {}

  /**
   * The places, in the disk's order.
   *
   * @param sizeBytes of the disk
   * @param written what the restore wrote, in any order, without overlap
   */
  static List<ByteRange> of(long sizeBytes, List<ByteRange> written) {
    List<ByteRange> gaps = gaps(sizeBytes, written);
    long total = gaps.stream().mapToLong(ByteRange::length).sum();
    long step = Math.max(SAMPLE_BYTES, (total + MOST - 1) / MOST);
    List<ByteRange> result = new ArrayList<>();
    long before = 0;
    long next = 0;
    for (ByteRange gap : gaps) {
      for (; next < before + gap.length(); next += step) {
        add(gap, gap.offset() + next - before, result);
      }
      before += gap.length();
    }
    if (!gaps.isEmpty()) {
      ByteRange last = gaps.get(gaps.size() - 1);
      add(last, Math.max(last.offset(), last.end() - SAMPLE_BYTES), result);
    }
    return result;
  }

  private static void add(ByteRange gap, long from, List<ByteRange> result) {
    result.add(new ByteRange(from, Math.min(SAMPLE_BYTES, gap.end() - from)));
  }

  private static List<ByteRange> gaps(long sizeBytes, List<ByteRange> written) {
    List<ByteRange> sorted = new ArrayList<>(written);
    sorted.sort(Comparator.comparingLong(ByteRange::offset));
    List<ByteRange> gaps = new ArrayList<>();
    long at = 0;
    for (ByteRange range : sorted) {
      if (range.offset() > at) {
        gaps.add(new ByteRange(at, range.offset() - at));
      }
      at = range.end();
    }
    if (sizeBytes > at) {
      gaps.add(new ByteRange(at, sizeBytes - at));
    }
    return gaps;
  }
}
