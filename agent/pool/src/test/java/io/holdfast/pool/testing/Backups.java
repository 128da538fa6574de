package io.holdfast.pool.testing;

import com.google.protobuf.ByteString;
import io.holdfast.model.ByteRange;
import io.holdfast.model.Extent;
import io.holdfast.pool.chunk.Codec;
import io.holdfast.pool.plan.Gap;
import io.holdfast.pool.plan.PlanItem;
import io.holdfast.pool.plan.StreamPlanSummary;
import io.holdfast.pool.store.BackupSession;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.ExtentResult;
import io.holdfast.pool.store.ManifestSummary;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.RestorePointReader;
import io.holdfast.pool.store.RestorePointType;
import io.holdfast.pool.store.SealSpec;
import io.holdfast.pool.store.SessionDisk;
import io.holdfast.pool.store.SessionSpec;
import io.holdfast.pool.store.StreamWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Does to a pool what the agent does, with byte arrays as disks. */
public final class Backups {
  public static final int SPAN_CHUNKS = 4;

  private Backups() {}

  public static SessionSpec full(UUID id, Map<String, byte[]> disks) {
    return spec(id, RestorePointType.FULL, Optional.empty(), disks);
  }

  public static SessionSpec spec(
      UUID id, RestorePointType type, Optional<UUID> base, Map<String, byte[]> disks) {
    List<SessionDisk> sessionDisks =
        disks.entrySet().stream()
            .map(disk -> new SessionDisk(disk.getKey(), disk.getValue().length))
            .toList();
    return new SessionSpec(id, type, base, sessionDisks, Codec.LZ4, ByteString.EMPTY);
  }

  public static SealSpec seal() {
    return new SealSpec(
        Instant.parse("2026-11-21T00:00:00Z"),
        Map.of("vm", "库 '1'"),
        ByteString.copyFromUtf8("vm"),
        Map.of());
  }

  /** Plans the spans that ranges touch, in spans of at most four chunks. */
  public static List<PlanItem> plan(long diskSize, int chunkBytes, List<ByteRange> ranges) {
    List<PlanItem> items = new ArrayList<>();
    long spanBytes = (long) SPAN_CHUNKS * chunkBytes;
    for (long at = 0; at < diskSize; at += spanBytes) {
      ByteRange span = new ByteRange(at, Math.min(spanBytes, diskSize - at));
      List<Extent> inside = new ArrayList<>();
      for (ByteRange range : ranges) {
        long from = Math.max(range.offset(), span.offset());
        long to = Math.min(range.end(), span.end());
        if (from < to) {
          inside.add(Extent.data(from, to - from));
        }
      }
      if (!inside.isEmpty()) {
        items.add(new PlanItem(span, inside));
      }
    }
    return items;
  }

  /** Deals items to streams in contiguous parts. */
  public static List<List<PlanItem>> split(List<PlanItem> items, int streams) {
    List<List<PlanItem>> result = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < streams; i++) {
      int to = (int) ((long) items.size() * (i + 1) / streams);
      result.add(items.subList(from, to));
      from = to;
    }
    return result;
  }

  /** Writes all extents of a disk that are not covered; returns what was done. */
  public static List<ExtentResult> transfer(BackupSession session, String diskKey, byte[] disk) {
    List<ExtentResult> results = new ArrayList<>();
    for (StreamPlanSummary plan : session.plan(diskKey).orElseThrow()) {
      StreamWriter writer = session.stream(diskKey, plan.stream());
      for (long ordinal = 0; ordinal < plan.extentCount(); ordinal++) {
        results.add(transfer(writer, ordinal, disk));
      }
      writer.sync();
    }
    return results;
  }

  /** Writes one extent. */
  public static ExtentResult transfer(StreamWriter writer, long ordinal, byte[] disk) {
    if (writer.covers(ordinal)) {
      return writer.receipt(ordinal);
    }
    PlanItem item = writer.item(ordinal);
    ByteBuffer span = garbage((int) item.span().length());
    writer.fillUnread(ordinal, span);
    for (Extent extent : item.ranges()) {
      if (extent.state() == Extent.State.DATA) {
        int at = (int) (extent.range().offset() - item.span().offset());
        span.put(at, disk, (int) extent.range().offset(), (int) extent.range().length());
      }
    }
    return writer.writeExtent(ordinal, span);
  }

  /** A buffer as a pipeline hands it out: full of what was in it before. */
  private static ByteBuffer garbage(int length) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(length);
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0xAA);
    }
    return buffer.flip();
  }

  /** A whole backup of one disk in two streams. */
  public static ManifestSummary backup(
      Pool pool, SessionSpec spec, byte[] disk, List<ByteRange> ranges) {
    BackupSession session = pool.beginSession(spec);
    String key = spec.disks().get(0).diskKey();
    int chunkBytes = pool.settings().chunkBytes();
    session.storePlan(
        key,
        spec.base().isPresent() ? Gap.BASE : Gap.ZERO,
        split(plan(disk.length, chunkBytes, ranges), 2));
    transfer(session, key, disk);
    return session.seal(seal());
  }

  /** The whole disk as one range. */
  public static List<ByteRange> whole(byte[] disk) {
    return disk.length == 0 ? List.of() : List.of(new ByteRange(0, disk.length));
  }

  /** Restores a disk into an array, span by span; what no span covers stays zero. */
  public static byte[] restore(Pool pool, UUID restorePoint, String diskKey) {
    try (RestorePointReader reader = pool.restorePoint(restorePoint)) {
      DiskReader disk = reader.disk(diskKey);
      byte[] result = new byte[(int) disk.sizeBytes()];
      for (ByteRange span : disk.dataSpans(3L * pool.settings().chunkBytes())) {
        disk.read(span.offset(), ByteBuffer.wrap(result, (int) span.offset(), (int) span.length()));
      }
      return result;
    }
  }
}
