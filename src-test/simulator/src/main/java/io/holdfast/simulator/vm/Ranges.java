package io.holdfast.simulator.vm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Sets of bytes as ascending, disjoint, merged ranges {offset, length}. */
public final class Ranges {
  private Ranges() {}

  /** The union of several sets. */
  public static List<long[]> union(Collection<List<long[]>> sets) {
    List<long[]> all = new ArrayList<>();
    sets.forEach(all::addAll);
    all.sort((a, b) -> Long.compare(a[0], b[0]));
    List<long[]> result = new ArrayList<>();
    for (long[] range : all) {
      long[] last = result.isEmpty() ? null : result.get(result.size() - 1);
      if (last != null && range[0] <= last[0] + last[1]) {
        last[1] = Math.max(last[1], range[0] + range[1] - last[0]);
      } else {
        result.add(range.clone());
      }
    }
    return result;
  }

  /** The set widened to whole units and cut at the end of the disk. */
  public static List<long[]> aligned(List<long[]> ranges, long unit, long sizeBytes) {
    List<long[]> wide = new ArrayList<>();
    for (long[] range : ranges) {
      long from = range[0] / unit * unit;
      long to = Math.min(sizeBytes, (range[0] + range[1] + unit - 1) / unit * unit);
      if (to > from) {
        wide.add(new long[] {from, to - from});
      }
    }
    return union(List.of(wide));
  }
}
