package io.holdfast.pool.chunk;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;
import java.util.Optional;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/**
 * Gives back what {@link ChunkCompressor} made. Not thread-safe; native memory for zstd is taken
 * when the first such chunk comes.
 */
final class ChunkDecompressor {
  private final LZ4SafeDecompressor lz4 = LZ4Factory.nativeInstance().safeDecompressor();
  private Optional<ZstdDecompressCtx> zstd = Optional.empty();
  private ByteBuffer source = ByteBuffer.allocateDirect(0);
  private ByteBuffer target = ByteBuffer.allocateDirect(0);

  /**
   * Decompresses into the remaining bytes of a buffer; positions stay.
   *
   * @param codec number of the codec, known
   * @param from stored bytes, remaining
   * @return whether exactly the plain bytes came out
   */
  boolean decompress(int codec, ByteBuffer from, ByteBuffer plain) {
    if (codec == Codec.NONE.number()) {
      plain.duplicate().put(from.duplicate());
      return true;
    }
    return codec == Codec.LZ4.number() ? lz4(from, plain) : zstd(from, plain);
  }

  private boolean lz4(ByteBuffer from, ByteBuffer plain) {
    try {
      int got =
          lz4.decompress(
              from, from.position(), from.remaining(), plain, plain.position(), plain.remaining());
      return got == plain.remaining();
    } catch (LZ4Exception malformed) {
      return false;
    }
  }

  private boolean zstd(ByteBuffer from, ByteBuffer plain) {
    if (zstd.isEmpty()) {
      zstd = Optional.of(new ZstdDecompressCtx());
    }
    ByteBuffer in = from;
    if (!from.isDirect()) {
      source = atLeast(source, from.remaining());
      in = source.put(from.duplicate()).flip();
    }
    ByteBuffer out = plain;
    if (!plain.isDirect()) {
      target = atLeast(target, plain.remaining());
      out = target.limit(plain.remaining());
    }
    try {
      int got =
          zstd.get()
              .decompressDirectByteBuffer(
                  out, out.position(), out.remaining(), in, in.position(), in.remaining());
      if (got != plain.remaining()) {
        return false;
      }
    } catch (ZstdException malformed) {
      return false;
    }
    if (!plain.isDirect()) {
      plain.duplicate().put(out.duplicate());
    }
    return true;
  }

  private static ByteBuffer atLeast(ByteBuffer kept, int bytes) {
    return kept.capacity() >= bytes ? kept.clear() : ByteBuffer.allocateDirect(bytes);
  }
}
