package io.holdfast.model;

/**
 * A contiguous byte range of a disk at one snapshot and what is known of it.
 *
 * @param range where
 * @param state whether its bytes must be read
 */
public record Extent(ByteRange range, State state) {
  /** What is known of an extent's bytes. */
  public enum State {
    /** May hold anything; must be read. */
    DATA,
    /** Reads as zero; need not be read. */
    ZERO
  }

  public static Extent data(long offset, long length) {
    return new Extent(new ByteRange(offset, length), State.DATA);
  }

  public static Extent zero(long offset, long length) {
    return new Extent(new ByteRange(offset, length), State.ZERO);
  }
}
