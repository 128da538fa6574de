package io.holdfast.pool.offline;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.error.Reason;
import io.holdfast.model.ByteRange;
import io.holdfast.pool.chunk.ZeroScan;
import io.holdfast.pool.store.DiskReader;
import io.holdfast.pool.store.FolderPool;
import io.holdfast.pool.store.Pool;
import io.holdfast.pool.store.RestorePointReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * Restores a disk of a restore point into a raw image, sparse (RST-02, RST-06): zero blocks of 64
 * KiB are left as holes. Thread-safe.
 */
public final class RawRestore {
  private static final int SPAN_BYTES = 8 << 20;
  private static final int BLOCK_BYTES = 1 << 16;

  private RawRestore() {}

  /**
   * What was restored.
   *
   * @param sizeBytes of the image
   * @param writtenBytes that are not holes
   */
  public record Restored(long sizeBytes, long writtenBytes) {}

  /**
   * Restores into a new file; after a failure no file is left.
   *
   * @param progress is told the data bytes done so far
   * @throws BackupException ALREADY_EXISTS for an existing target, RESTORE_POINT_NOT_FOUND,
   *     NOT_FOUND for the disk, CHUNK_CORRUPT, CHUNK_MISSING, IO_FAILURE of the target
   */
  public static Restored run(
      Path folder, UUID restorePointId, String diskKey, Path target, LongConsumer progress) {
    try (Pool pool = FolderPool.openReadOnly(folder, Optional.empty());
        RestorePointReader reader = pool.restorePoint(restorePointId)) {
      DiskReader disk = reader.disk(diskKey);
      boolean done = false;
      try (FileChannel out =
          FileChannel.open(
              target,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.SPARSE)) {
        try {
          Restored restored = copy(disk, out, progress);
          done = true;
          return restored;
        } finally {
          if (!done) {
            Files.deleteIfExists(target);
          }
        }
      } catch (FileAlreadyExistsException exists) {
        throw BackupException.causedBy(
            exists, ErrorCode.ALREADY_EXISTS, "what", "File", "name", target);
      } catch (IOException failed) {
        throw BackupException.causedBy(
            failed, ErrorCode.IO_FAILURE, "file", target, "cause", Reason.of(failed));
      }
    }
  }

  private static Restored copy(DiskReader disk, FileChannel out, LongConsumer progress)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(SPAN_BYTES);
    long done = 0;
    long written = 0;
    for (ByteRange span : disk.dataSpansInPackOrder(SPAN_BYTES)) {
      buffer.clear().limit((int) span.length());
      disk.read(span.offset(), buffer);
      written += writeData(out, span.offset(), buffer.flip());
      done += span.length();
      progress.accept(done);
    }
    if (disk.sizeBytes() > 0 && out.size() < disk.sizeBytes()) {
      out.write(ByteBuffer.allocate(1), disk.sizeBytes() - 1);
    }
    out.force(true);
    return new Restored(disk.sizeBytes(), written);
  }

  /** Writes the blocks that are not zero, neighbours together. */
  private static long writeData(FileChannel out, long offset, ByteBuffer data) throws IOException {
    long written = 0;
    int at = 0;
    int end = data.limit();
    while (at < end) {
      int from = at;
      boolean zero = isZero(data, at, end);
      do {
        at = Math.min(end, at + BLOCK_BYTES);
      } while (at < end && isZero(data, at, end) == zero);
      if (!zero) {
        data.limit(at).position(from);
        long target = offset + from;
        while (data.hasRemaining()) {
          target += out.write(data, target);
        }
        data.limit(end);
        written += at - from;
      }
    }
    return written;
  }

  private static boolean isZero(ByteBuffer data, int from, int end) {
    return ZeroScan.isZero(data, from, Math.min(end, from + BLOCK_BYTES));
  }
}
