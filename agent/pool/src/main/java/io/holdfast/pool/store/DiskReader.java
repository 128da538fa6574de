package io.holdfast.pool.store;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.model.ByteRange;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk of a restore point. Thread-safe: many reads may run side by side. */
public interface DiskReader {

  String diskKey();

  long sizeBytes();

  /** Bytes in chunks that hold data; all others read as zero and need not be read (RST-06). */
  long dataBytes();

  /**
   * The data of the disk in disk order, as spans of neighbouring data chunks, each at most {@code
   * maxBytes} long (rounded down to whole chunks, at least one). Lazy: memory does not grow with
   * the disk.
   */
  Iterable<ByteRange> dataSpans(long maxBytes);

  /**
   * As {@link #dataSpans}, ordered by where the first chunk lies: by pack, then by offset in the
   * pack. Takes 16 bytes of memory per span.
   */
  Iterable<ByteRange> dataSpansInPackOrder(long maxBytes);

  /**
   * Reads any range of the disk; zero where there is no data. Every chunk is checked against its
   * digest before a byte of it is given out (RST-02).
   *
   * @param into filled from its position to its limit; its position moves to the limit
   * @return bytes read from packs
   * @throws BackupException CHUNK_CORRUPT, CHUNK_MISSING naming pack, offset in the pack, disk and
   *     offset on the disk; DISK_RANGE_INVALID
   */
  long read(long offset, ByteBuffer into);

  /**
   * The records of all data chunks that a range touches, as they are stored: checked by the
   * checksum of their stored bytes, not decoded. Needs no key. For hosts that decode elsewhere.
   *
   * @param into takes the records behind each other, from its position on, which moves; room for a
   *     header and a whole chunk each
   * @return the chunks in disk order; chunks of the range that are not named read as zero
   */
  List<StoredChunk> readRecords(ByteRange range, ByteBuffer into);

  /** DISK_RANGE_INVALID when so many bytes from an offset on do not lie within the disk. */
  default void requireWithin(long offset, int bytes) {
    if (offset < 0 || offset > sizeBytes() - bytes) {
      throw BackupException.of(
          ErrorCode.DISK_RANGE_INVALID,
          "disk",
          diskKey(),
          "offset",
          offset,
          "end",
          offset + bytes,
          "size",
          sizeBytes());
    }
  }
}
