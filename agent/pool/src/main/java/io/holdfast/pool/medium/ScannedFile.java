package io.holdfast.pool.medium;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * A file that is read past the page cache, in whole blocks around what is asked for; small reads go
 * through the cache. What the cache holds of it and is not on disk yet is seen all the same.
 * Thread-safe; keeps one buffer of 2 MiB per read in flight, shared by all files of a medium.
 */
final class ScannedFile implements PoolFile {
  private static final int SMALL_BYTES = 32 << 10;

  private final FileChannel direct;
  private final PoolFile plain;
  private final DirectWriting buffers;

  /**
   * @param direct past the page cache
   * @param plain the same file, for everything else
   */
  ScannedFile(FileChannel direct, PoolFile plain, DirectWriting buffers) {
    this.direct = direct;
    this.plain = plain;
    this.buffers = buffers;
  }

  @Override
  public int read(long offset, ByteBuffer into) {
    if (into.remaining() <= SMALL_BYTES) {
      return plain.read(offset, into);
    }
    ByteBuffer stage = buffers.takeStage();
    int start = into.position();
    try {
      while (into.hasRemaining()) {
        long at = offset + into.position() - start;
        if (!readBlocks(at, into, stage)) {
          break;
        }
      }
      return into.position() - start;
    } catch (IOException | IllegalArgumentException refused) {
      // Read again through the cache: that works, or says what is wrong with the file.
      return plain.read(offset, into.position(start));
    } finally {
      buffers.giveStage(stage);
    }
  }

  /** Moves as much as one read gives; false at the end of the file. */
  private boolean readBlocks(long at, ByteBuffer into, ByteBuffer stage) throws IOException {
    int block = buffers.blockBytes();
    int before = (int) (at % block);
    long wanted = Math.min(stage.capacity(), (long) before + into.remaining());
    int whole = (int) Math.min(stage.capacity(), (wanted + block - 1) / block * block);
    stage.clear().limit(whole);
    int got = direct.read(stage, at - before);
    if (got <= before) {
      return false;
    }
    int length = Math.min(got - before, into.remaining());
    into.put(stage.position(before).limit(before + length));
    return true;
  }

  @Override
  public void write(long offset, ByteBuffer from) {
    plain.write(offset, from);
  }

  @Override
  public void truncate(long sizeBytes) {
    plain.truncate(sizeBytes);
  }

  @Override
  public long sizeBytes() {
    return plain.sizeBytes();
  }

  @Override
  public void sync() {
    plain.sync();
  }

  @Override
  public void close() {
    plain.close();
    try {
      direct.close();
    } catch (IOException nothingToSave) {
      // It was only read.
    }
  }
}
