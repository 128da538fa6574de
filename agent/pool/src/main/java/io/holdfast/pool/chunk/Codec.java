package io.holdfast.pool.chunk;

/** How a chunk's bytes are stored (OPT-01). A chunk that does not shrink is stored plain. */
public enum Codec {
  NONE(0),
  /** LZ4 block format, fast. */
  LZ4(1),
  /** zstd frame, adjustable level. */
  ZSTD(2);

  private final int number;

  Codec(int number) {
    this.number = number;
  }

  /** As stored in chunk records. */
  public int number() {
    return number;
  }
}
