package io.holdfast.pool.chunk;

/**
 * How a session compresses its chunks (OPT-01).
 *
 * @param codec which
 * @param level of zstd, 1 (fast) to 19 (small); 0 for the other codecs
 */
public record Compression(Codec codec, int level) {
  /** Stored as it is. */
  public static final Compression NONE = new Compression(Codec.NONE, 0);

  /** LZ4. */
  public static final Compression FAST = new Compression(Codec.LZ4, 0);

  /** The level of zstd nobody asked for another of. */
  public static final int DEFAULT_LEVEL = 3;

  /** The smallest and slowest level of zstd. */
  public static final int MAX_LEVEL = 19;

  public Compression {
    boolean leveled = codec == Codec.ZSTD;
    if (leveled ? level < 1 || level > MAX_LEVEL : level != 0) {
      throw new IllegalArgumentException(codec + " has no level " + level);
    }
  }

  /** zstd of a level. */
  public static Compression zstd(int level) {
    return new Compression(Codec.ZSTD, level);
  }

  /** A codec with its default level. */
  public static Compression of(Codec codec) {
    return new Compression(codec, codec == Codec.ZSTD ? DEFAULT_LEVEL : 0);
  }
}
