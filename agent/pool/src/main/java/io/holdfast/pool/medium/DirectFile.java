package io.holdfast.pool.medium;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A file that is written from its beginning to its end past the page cache, which would cost as
 * much processor time as compressing the bytes did. Two buffers: one is filled while the other is
 * on its way to the disk. Whole blocks are written; behind the end there may be zeros until {@link
 * #truncate}. Used by one thread at a time.
 *
 * <p>What was written can be read, and counts in {@link #sizeBytes}, only after {@link #sync} or
 * {@link #truncate}. A write that fails behind the writer's back is told by the next call, and by
 * every one after it: which bytes are there is known only by opening the file again.
 */
final class DirectFile implements PoolFile {
  private final Path file;
  private final FileChannel direct;
  private final LocalFile plain;
  private final DirectWriting writing;
  private final MediumErrors errors;
  private final int blockBytes;
  private ByteBuffer stage;
  private ByteBuffer other;

  /** Where the stage's first byte belongs; a multiple of the block size. */
  private long stageStart;

  /** Whether the stage holds bytes that are not on their way. */
  private boolean dirty;

  private Optional<FutureTask<Void>> underWay = Optional.empty();
  private boolean closed;

  /**
   * @param direct past the page cache
   * @param plain the same file, for everything but writing
   */
  DirectFile(Path file, FileChannel direct, LocalFile plain, DirectWriting writing) {
    this.file = file;
    this.direct = direct;
    this.plain = plain;
    this.writing = writing;
    this.errors = writing.errors();
    this.blockBytes = writing.blockBytes();
    this.stage = writing.takeStage();
    this.other = writing.takeStage();
  }

  @Override
  public void write(long offset, ByteBuffer from) {
    if (offset != stageStart + stage.position()) {
      moveTo(offset);
    }
    while (from.hasRemaining()) {
      int length = Math.min(from.remaining(), stage.remaining());
      stage.put(from.duplicate().limit(from.position() + length));
      from.position(from.position() + length);
      dirty = true;
      if (!stage.hasRemaining()) {
        sendFull();
      }
    }
  }

  /** Goes on at another place: after a roll back, at an earlier one. */
  private void moveTo(long offset) {
    if (offset >= stageStart && offset < stageStart + stage.position()) {
      stage.position((int) (offset - stageStart));
      return;
    }
    drain();
    stageStart = offset - offset % blockBytes;
    int before = (int) (offset - stageStart);
    stage.clear().limit(before);
    plain.read(stageStart, stage);
    while (stage.hasRemaining()) {
      stage.put((byte) 0);
    }
    stage.limit(stage.capacity());
  }

  private void sendFull() {
    awaitWritten();
    ByteBuffer full = stage.flip();
    long at = stageStart;
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              writeAll(full, at);
              return null;
            });
    underWay = Optional.of(task);
    stage = other.clear();
    other = full;
    stageStart += full.capacity();
    dirty = false;
    writing.writers().execute(task);
  }

  private void writeAll(ByteBuffer bytes, long offset) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += direct.write(bytes, at);
    }
  }

  /** Waits for what is under way; a failure is told again and again. */
  private void awaitWritten() {
    if (underWay.isEmpty()) {
      return;
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          underWay.get().get();
          underWay = Optional.empty();
          return;
        } catch (InterruptedException later) {
          interrupted = true;
        } catch (ExecutionException failed) {
          throw failed.getCause() instanceof IOException cause
              ? errors.writing(cause, file)
              : new IllegalStateException(failed.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Writes all that is staged; the last block, if it is not full, with zeros behind. */
  private void drain() {
    awaitWritten();
    if (!dirty) {
      return;
    }
    int end = stage.position();
    int blocks = (end + blockBytes - 1) / blockBytes * blockBytes;
    for (int i = end; i < blocks; i++) {
      stage.put(i, (byte) 0);
    }
    try {
      writeAll(stage.duplicate().limit(blocks).position(0), stageStart);
    } catch (IOException failed) {
      throw errors.writing(failed, file);
    }
    int whole = end - end % blockBytes;
    stage.limit(end).position(whole);
    stage.compact();
    stageStart += whole;
    dirty = false;
  }

  @Override
  public int read(long offset, ByteBuffer into) {
    return plain.read(offset, into);
  }

  @Override
  public void truncate(long sizeBytes) {
    drain();
    plain.truncate(sizeBytes);
  }

  @Override
  public long sizeBytes() {
    return plain.sizeBytes();
  }

  @Override
  public void sync() {
    drain();
    plain.sync();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      awaitWritten();
    } catch (RuntimeException failed) {
      // What had to be durable was synced before; the rest is not counted on.
      underWay = Optional.empty();
    }
    plain.close();
    try {
      direct.close();
    } catch (IOException failed) {
      // As above.
      underWay = Optional.empty();
    }
    writing.giveStage(stage);
    writing.giveStage(other);
  }
}
