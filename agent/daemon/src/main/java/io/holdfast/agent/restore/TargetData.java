package io.holdfast.agent.restore;

import io.holdfast.agent.transfer.ReconnectingDisk;
import io.holdfast.error.BackupException;
import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.model.ExtentMap;
import io.holdfast.source.spi.DiskTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a target may hold data: what must be zero there is read back, elsewhere the target itself
 * says that there is nothing. Immutable.
 */
final class TargetData {
  private static final Logger LOG = LoggerFactory.getLogger(TargetData.class);

  /** Ends by beginnings; empty: not known. */
  private final Optional<NavigableMap<Long, Long>> ends;

  private TargetData(Optional<NavigableMap<Long, Long>> ends) {
    this.ends = ends;
  }

  /** Of a target that is not asked. */
  static TargetData everywhere() {
    return new TargetData(Optional.empty());
  }

  /** As the target tells it now; one that cannot tell may hold data everywhere. */
  static TargetData of(ReconnectingDisk<DiskTarget> disk) {
    try {
      return new TargetData(disk.open().dataAreas().map(TargetData::ends));
    } catch (BackupException untold) {
      LOG.info("Disk {} is read back in full: {}", disk.device(), untold.getMessage());
      return new TargetData(Optional.empty());
    }
  }

  private static NavigableMap<Long, Long> ends(ExtentMap areas) {
    NavigableMap<Long, Long> result = new TreeMap<>();
    for (Extent extent : areas.extents()) {
      if (extent.state() == Extent.State.DATA) {
        result.put(extent.range().offset(), extent.range().end());
      }
    }
    return result;
  }

  /** The parts of a range that may hold data, in order. */
  List<ByteRange> within(ByteRange range) {
    if (ends.isEmpty()) {
      return List.of(range);
    }
    NavigableMap<Long, Long> areas = ends.get();
    Long first = areas.floorKey(range.offset());
    List<ByteRange> parts = new ArrayList<>();
    for (Map.Entry<Long, Long> area :
        areas.subMap(first == null ? range.offset() : first, true, range.end(), false).entrySet()) {
      long from = Math.max(area.getKey(), range.offset());
      long to = Math.min(area.getValue(), range.end());
      if (from < to) {
        parts.add(new ByteRange(from, to - from));
      }
    }
    return parts;
  }
}
