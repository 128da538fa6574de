package io.holdfast.model;

/**
 * A half-open range {@code [offset, offset + length)} of bytes on a disk.
 *
 * @param offset first byte, 0 or more
 * @param length number of bytes, 1 or more
 */
public record ByteRange(long offset, long length) implements Comparable<ByteRange> {
  public ByteRange {
    if (offset < 0 || length <= 0 || offset > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException("not a range: offset " + offset + ", length " + length);
    }
  }

  /** First byte after the range. */
  public long end() {
    return offset + length;
  }

  /** Orders by offset, then by length. */
  @Override
  public int compareTo(ByteRange other) {
    int byOffset = Long.compare(offset, other.offset);
    return byOffset != 0 ? byOffset : Long.compare(length, other.length);
  }
}
