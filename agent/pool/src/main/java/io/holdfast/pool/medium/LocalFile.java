package io.holdfast.pool.medium;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file channel as a pool file. */
final class LocalFile implements PoolFile {
  private final Path file;
  private final FileChannel channel;
  private final MediumErrors errors;

  LocalFile(Path file, FileChannel channel, MediumErrors errors) {
    this.file = file;
    this.channel = channel;
    this.errors = errors;
  }

  @Override
  public int read(long offset, ByteBuffer into) {
    int total = 0;
    try {
      while (into.hasRemaining()) {
        int got = channel.read(into, offset + total);
        if (got < 0) {
          break;
        }
        total += got;
      }
      return total;
    } catch (IOException failed) {
      throw errors.reading(failed, file);
    }
  }

  @Override
  public void write(long offset, ByteBuffer from) {
    long at = offset;
    try {
      while (from.hasRemaining()) {
        at += channel.write(from, at);
      }
    } catch (IOException failed) {
      throw errors.writing(failed, file);
    }
  }

  @Override
  public void truncate(long sizeBytes) {
    try {
      channel.truncate(sizeBytes);
    } catch (IOException failed) {
      throw errors.writing(failed, file);
    }
  }

  @Override
  public long sizeBytes() {
    try {
      return channel.size();
    } catch (IOException failed) {
      throw errors.reading(failed, file);
    }
  }

  @Override
  public void sync() {
    try {
      channel.force(false);
    } catch (IOException failed) {
      throw errors.writing(failed, file);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failed) {
      // What had to be durable was synced before; the rest is not counted on.
    }
  }
}
