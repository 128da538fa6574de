package io.holdfast.pool.format;

/** Bits of {@link FileHeader#features}: what a reader has to know to read a file. */
public final class Features {
  /** Chunk ids are HMACs, records are encrypted. */
  public static final int ENCRYPTED = 1;

  /** Records of codec zstd may be in the pack. */
  public static final int ZSTD = 1 << 1;

  /** A dedup pool; a journal of one. */
  public static final int DEDUP = 1 << 2;

  /** Packs that maps name may have been compacted. */
  public static final int MOVED = 1 << 3;

  static final int KNOWN = ENCRYPTED | ZSTD | DEDUP | MOVED;

  private Features() {}
}
