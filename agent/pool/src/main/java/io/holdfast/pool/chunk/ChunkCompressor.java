package io.holdfast.pool.chunk;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.util.Optional;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/**
 * Compresses chunks, and sees early that some do not shrink. Not thread-safe; keeps native memory
 * for zstd and, once a chunk comes from the heap, a direct buffer of a chunk's size.
 */
final class ChunkCompressor implements AutoCloseable {
  private static final int SAMPLE_BYTES = 4096;

  /** In eighths of the chunk. */
  private static final int[] SAMPLES = {1, 4, 7};

  /** Chunks below this are compressed without looking. */
  private static final int MIN_SAMPLED_BYTES = 16 * SAMPLE_BYTES;

  private final Compression compression;
  private final int chunkBytes;
  private final LZ4Compressor lz4 = LZ4Factory.nativeInstance().fastCompressor();
  private final ByteBuffer sample =
      ByteBuffer.allocateDirect(
          LZ4Factory.nativeInstance().fastCompressor().maxCompressedLength(SAMPLE_BYTES));
  private final Optional<ZstdCompressCtx> zstd;
  private Optional<ByteBuffer> direct = Optional.empty();

  ChunkCompressor(Compression compression, int chunkBytes) {
    this.compression = compression;
    this.chunkBytes = chunkBytes;
    this.zstd =
        compression.codec() == Codec.ZSTD
            ? Optional.of(new ZstdCompressCtx().setLevel(compression.level()))
            : Optional.empty();
  }

  Codec codec() {
    return compression.codec();
  }

  /** The most that {@link #compress} writes for a chunk of a length. */
  int maxStoredBytes(int plainBytes) {
    return switch (compression.codec()) {
      case NONE -> plainBytes;
      case LZ4 -> lz4.maxCompressedLength(plainBytes);
      case ZSTD -> Math.toIntExact(Zstd.compressBound(plainBytes));
    };
  }

  /**
   * Compresses the remaining bytes; both positions stay.
   *
   * @param into direct, with {@link #maxStoredBytes} from {@code at} on
   * @return bytes written; the plain length or more when it is better stored plain
   */
  int compress(ByteBuffer plain, ByteBuffer into, int at) {
    int length = plain.remaining();
    if (compression.codec() == Codec.NONE) {
      return length;
    }
    if (zstd.isEmpty()) {
      return lz4.compress(plain, plain.position(), length, into, at, maxStoredBytes(length));
    }
    if (!looksCompressible(plain)) {
      return length;
    }
    ByteBuffer source = direct(plain);
    return zstd.get()
        .compressDirectByteBuffer(
            into, at, maxStoredBytes(length), source, source.position(), length);
  }

  /**
   * Three samples: where none shrinks by a sixteenth, the whole hardly will. Asked for zstd only:
   * LZ4 hurries over what does not shrink by itself, and misses none of what does.
   */
  private boolean looksCompressible(ByteBuffer plain) {
    int length = plain.remaining();
    if (length < MIN_SAMPLED_BYTES) {
      return true;
    }
    for (int eighths : SAMPLES) {
      int from = plain.position() + (int) ((long) length * eighths / 8) - SAMPLE_BYTES / 2;
      int shrunk = lz4.compress(plain, from, SAMPLE_BYTES, sample, 0, sample.capacity());
      if (shrunk < SAMPLE_BYTES - SAMPLE_BYTES / 16) {
        return true;
      }
    }
    return false;
  }

  private ByteBuffer direct(ByteBuffer plain) {
    if (plain.isDirect()) {
      return plain;
    }
    if (direct.isEmpty()) {
      direct = Optional.of(ByteBuffer.allocateDirect(chunkBytes));
    }
    return direct.get().clear().put(plain.duplicate()).flip();
  }

  @Override
  public void close() {
    zstd.ifPresent(ZstdCompressCtx::close);
  }
}
