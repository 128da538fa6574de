package io.holdfast.agent.restore;

import io.holdfast.agent.protocol.RestoreExtentSpan;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.store.DiskReader;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * What one stream of a disk writes: spans of data in the order they lie in the pool and, on a disk
 * that is overwritten, spans that must read as zero. The same restore point and settings always
 * give the same spans. 16 bytes of memory per span. Immutable once built.
 */
final class RestoreSpans {
  private static final long ZERO_SPAN_BYTES = 32L << 20;

  private long[] offsets = new long[64];
  private long[] lengths = new long[64];
  private int count;
  private int dataCount;
  private long dataBytes;

  private RestoreSpans() {}

  /**
   * The streams of a disk, of about equal data bytes; none for a disk that needs no write.
   *
   * @param spanBytes largest span of data
   * @param fresh the target reads as zero where nothing was written
   * @param targetBytes size of the target: beyond the backup's end it reads as zero too
   */
  static List<RestoreSpans> streams(
      DiskReader disk, int spanBytes, boolean fresh, long targetBytes, int streams) {
    List<RestoreSpans> result = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      result.add(new RestoreSpans());
    }
    long total = disk.dataBytes();
    long sum = 0;
    for (ByteRange span : disk.dataSpansInPackOrder(spanBytes)) {
      result.get((int) Math.min(streams - 1, sum * streams / Math.max(1, total))).addData(span);
      sum += span.length();
    }
    if (!fresh) {
      addZeros(disk, spanBytes, targetBytes, result);
    }
    result.removeIf(stream -> stream.count == 0);
    return result;
  }

  private static void addZeros(
      DiskReader disk, int spanBytes, long targetBytes, List<RestoreSpans> streams) {
    long at = 0;
    int next = 0;
    List<ByteRange> zeros = new ArrayList<>();
    for (ByteRange data : disk.dataSpans(spanBytes)) {
      gap(at, data.offset(), zeros);
      at = data.end();
    }
    gap(at, disk.sizeBytes(), zeros);
    gap(disk.sizeBytes(), targetBytes, zeros);
    for (ByteRange zero : zeros) {
      streams.get(next++ % streams.size()).add(zero);
    }
  }

  private static void gap(long from, long to, List<ByteRange> zeros) {
    for (long at = from; at < to; at += ZERO_SPAN_BYTES) {
      zeros.add(new ByteRange(at, Math.min(ZERO_SPAN_BYTES, to - at)));
    }
  }

  private void addData(ByteRange span) {
    add(span);
    dataCount = count;
    dataBytes += span.length();
  }

  private void add(ByteRange span) {
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, count * 2);
      lengths = Arrays.copyOf(lengths, count * 2);
    }
    offsets[count] = span.offset();
    lengths[count] = span.length();
    count++;
  }

  int count() {
    return count;
  }

  long dataBytes() {
    return dataBytes;
  }

  boolean isData(int ordinal) {
    return ordinal < dataCount;
  }

  ByteRange range(int ordinal) {
    return new ByteRange(offsets[ordinal], lengths[ordinal]);
  }

  RestoreExtentSpan message(int ordinal) {
    return RestoreExtentSpan.newBuilder()
        .setOrdinal(ordinal)
        .setOffset(offsets[ordinal])
        .setLength(lengths[ordinal])
        .setDataBytes(isData(ordinal) ? lengths[ordinal] : 0)
        .build();
  }

  /** SHA-256 over all spans, hex: two equal digests are the same plan. */
  String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer entry = ByteBuffer.allocate(2 * Long.BYTES + 1);
      for (int i = 0; i < count; i++) {
        entry.clear().putLong(offsets[i]).putLong(lengths[i]).put((byte) (isData(i) ? 1 : 0));
        digest.update(entry.flip());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
