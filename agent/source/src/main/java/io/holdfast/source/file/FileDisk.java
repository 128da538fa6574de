package io.holdfast.source.file;

import io.holdfast.error.BackupException;
import io.holdfast.error.Reason;
import io.holdfast.error.ReasonCode;
import io.holdfast.source.DiskFailures;
import io.holdfast.source.FutureEnds;
import io.holdfast.source.WorkerThreads;
import io.holdfast.source.file.jna.HolePunch;
import io.holdfast.source.spi.DiskSource;
import io.holdfast.source.spi.DiskTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A raw image file. Requests run on a few threads of its own; futures complete there. */
final class FileDisk implements DiskSource, DiskTarget {
  private static final int ZERO_STEP_BYTES = 64 << 10;

  private final FileChannel channel;
  private final long sizeBytes;
  private final DiskFailures failures;
  private final HolePunch holes;
  private final Optional<DirectBlocks> direct;
  private final WorkerThreads workers;

  /**
   * @param direct for whole blocks; empty: everything goes through the page cache
   */
  FileDisk(
      Path path,
      FileChannel channel,
      Optional<DirectBlocks> direct,
      int threads,
      DiskFailures failures)
      throws IOException {
    this.channel = channel;
    this.direct = direct;
    this.sizeBytes = channel.size();
    this.failures = failures;
    this.holes = HolePunch.on(path);
    this.workers = new WorkerThreads("disk-file " + path.getFileName(), threads);
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public CompletableFuture<Void> read(long offset, ByteBuffer into) {
    int length = into.remaining();
    return inRange(
        offset,
        length,
        () -> {
          try {
            if (direct.isEmpty() || !direct.get().read(offset, into)) {
              readFully(offset, into);
            }
          } catch (IOException e) {
            throw isMedium(e)
                ? failures.mediumRead(offset, length, e.toString(), e)
                : failures.read(offset, length, e.toString(), e);
          }
        },
        cause -> failures.read(offset, length, Reason.of(ReasonCode.DISK_CLOSED), cause));
  }

  private void readFully(long offset, ByteBuffer into) throws IOException {
    int start = into.position();
    int length = into.remaining();
    while (into.hasRemaining()) {
      int done = into.position() - start;
      if (channel.read(into, offset + done) < 0) {
        throw failures.shortRead(offset, length, done);
      }
    }
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    int length = from.remaining();
    return writing(
        offset,
        length,
        () -> {
          if (direct.isEmpty() || !direct.get().write(offset, from)) {
            writePlainly(offset, from);
          }
        });
  }

  private void writePlainly(long offset, ByteBuffer from) throws IOException {
    for (long at = offset; from.hasRemaining(); ) {
      at += channel.write(from, at);
    }
  }

  /** Punches a hole; where the file system cannot, writes zeros over what is not zero. */
  @Override
  public CompletableFuture<Void> zero(long offset, long length) {
    return writing(
        offset,
        length,
        () -> {
          if (length > 0 && !holes.punch(offset, length)) {
            overwriteWithZeros(offset, length);
          }
        });
  }

  private void overwriteWithZeros(long offset, long length) throws IOException {
    ByteBuffer present = ByteBuffer.allocateDirect((int) Math.min(ZERO_STEP_BYTES, length));
    ByteBuffer zeros = ByteBuffer.allocateDirect(present.capacity());
    for (long at = offset; at < offset + length; at += present.capacity()) {
      int count = (int) Math.min(present.capacity(), offset + length - at);
      readFully(at, present.clear().limit(count));
      zeros.clear().limit(count);
      if (present.flip().mismatch(zeros) >= 0) {
        writePlainly(at, zeros);
      }
    }
  }

  @Override
  public CompletableFuture<Void> flush() {
    return writing(0, 0, () -> channel.force(false));
  }

  private CompletableFuture<Void> writing(long offset, long length, FileCall call) {
    return inRange(
        offset,
        length,
        () -> {
          try {
            call.run();
          } catch (IOException e) {
            if (isFull(e)) {
              throw failures.spaceExhausted(offset, length, e.getMessage(), e);
            }
            throw isMedium(e)
                ? failures.mediumWrite(offset, length, e.toString(), e)
                : failures.write(offset, length, e.toString(), e);
          }
        },
        cause -> failures.write(offset, length, Reason.of(ReasonCode.DISK_CLOSED), cause));
  }

  /** Java gives no errno: the text of ENOSPC and EDQUOT is all there is. */
  private static boolean isFull(IOException e) {
    String text = String.valueOf(e.getMessage());
    return text.contains("No space left") || text.contains("quota exceeded");
  }

  private static boolean isMedium(IOException e) {
    return String.valueOf(e.getMessage()).contains("Input/output error");
  }

  private CompletableFuture<Void> inRange(
      long offset, long length, Runnable call, WorkerThreads.Refusal refusal) {
    BackupException invalid = failures.invalidRange(offset, length, sizeBytes);
    return invalid != null ? FutureEnds.failed(invalid) : workers.run(call, refusal);
  }

  @Override
  public int usefulReadsInFlight() {
    return workers.count() + 1;
  }

  @Override
  public int usefulRequestsInFlight() {
    return workers.count() + 1;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException nothingToSave) {
      // Durability is flush()'s business; a close that fails loses nothing that was promised.
    }
    direct.ifPresent(DirectBlocks::close);
    workers.end();
    holes.close();
  }

  private interface FileCall {
    void run() throws IOException;
  }
}
