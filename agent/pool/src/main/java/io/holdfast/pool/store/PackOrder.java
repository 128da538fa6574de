package io.holdfast.pool.store;

import io.holdfast.model.ByteRange;
import io.holdfast.pool.map.ChunkLocation;
import io.holdfast.pool.map.DiskMapReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Data spans of a disk in the order in which their first chunks lie in packs. */
final class PackOrder {
  private record Span(long place, long offset, long length) {}

  private PackOrder() {}

  static List<ByteRange> of(DiskMapReader map, long maxBytes) {
    Map<UUID, Integer> packNumbers = new HashMap<>();
    for (UUID pack : map.packs().keySet()) {
      packNumbers.put(pack, packNumbers.size());
    }
    List<Span> spans = new ArrayList<>();
    Iterator<ByteRange> inDiskOrder = new FolderDiskReader.SpanIterator(map, maxBytes);
    while (inDiskOrder.hasNext()) {
      ByteRange span = inDiskOrder.next();
      ChunkLocation first = map.find(span.offset() / map.chunkBytes()).orElseThrow();
      long place = (long) packNumbers.get(first.packId()) << 32 | first.offset();
      spans.add(new Span(place, span.offset(), span.length()));
    }
    spans.sort(java.util.Comparator.comparingLong(Span::place));
    return spans.stream().map(span -> new ByteRange(span.offset(), span.length())).toList();
  }
}
