package io.holdfast.pool.plan;

import io.holdfast.error.BackupException;
import io.holdfast.error.ErrorCode;
import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.medium.PoolFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;

/**
 * Writes the plan of a disk in one pass. Memory: one bit per chunk of the disk. Not thread-safe;
 * the caller renames the file into place.
 */
final class PlanWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final PoolFile file;
  private final int chunkBytes;
  private final PlanTarget target;
  private final MessageDigest fileDigest = Checksums.sha256();
  private final BitSet planned = new BitSet();
  private ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long written;

  PlanWriter(PoolScope scope, Path path, PlanTarget target) {
    this.file = scope.files().create(path);
    this.chunkBytes = scope.chunkBytes();
    this.target = target;
  }

  /** Writes and syncs everything. */
  void write(PoolScope scope, UUID sessionId, List<? extends Iterable<PlanItem>> streams) {
    FileHeader.of(FileKind.PLAN, scope, sessionId, chunkBytes).write(buffer);
    buffer.putLong(target.diskSizeBytes()).putInt(target.diskNumber());
    buffer.putInt(target.gap().number()).putInt(streams.size()).putInt(0);
    ByteBuffer table = ByteBuffer.allocate(streams.size() * PlanFormat.STREAM_BYTES);
    long[][] indexes = new long[streams.size()][];
    for (int i = 0; i < indexes.length; i++) {
      indexes[i] = writeItems(streams.get(i), table);
    }
    for (int i = 0; i < indexes.length; i++) {
      table.putLong(i * PlanFormat.STREAM_BYTES + 24, position());
      for (long offset : indexes[i]) {
        reserve(Long.BYTES);
        buffer.putLong(offset);
      }
    }
    long tableOffset = position();
    reserve(table.capacity() + Long.BYTES);
    buffer.put(table.clear()).putLong(tableOffset);
    drain();
    buffer.put(fileDigest.digest());
    drain();
    file.sync();
  }

  private long[] writeItems(Iterable<PlanItem> items, ByteBuffer table) {
    MessageDigest digest = Checksums.sha256();
    long[] index = new long[16];
    long first = position();
    long count = 0;
    long readBytes = 0;
    long end = 0;
    for (PlanItem item : items) {
      check(item, end);
      if (count % PlanFormat.INDEX_STEP == 0) {
        int slot = (int) (count / PlanFormat.INDEX_STEP);
        index = slot < index.length ? index : Arrays.copyOf(index, index.length * 2);
        index[slot] = position();
      }
      reserve(PlanFormat.maxBytes(item));
      int start = buffer.position();
      PlanFormat.put(buffer, item, chunkBytes);
      digest.update(buffer.array(), start, buffer.position() - start);
      end = item.span().end();
      readBytes += item.readBytes();
      count++;
    }
    table.putLong(count).putLong(readBytes).putLong(first).putLong(0).put(digest.digest());
    int slots = (int) ((count + PlanFormat.INDEX_STEP - 1) / PlanFormat.INDEX_STEP);
    return Arrays.copyOf(index, slots);
  }

  private void check(PlanItem item, long end) {
    long offset = item.span().offset();
    long spanEnd = item.span().end();
    boolean aligned =
        offset % chunkBytes == 0
            && (spanEnd % chunkBytes == 0 || spanEnd == target.diskSizeBytes())
            && spanEnd <= target.diskSizeBytes()
            && item.span().length() <= PlanFormat.MAX_SPAN_BYTES;
    int firstChunk = Math.toIntExact(offset / chunkBytes);
    int endChunk = Math.toIntExact((spanEnd + chunkBytes - 1) / chunkBytes);
    int taken = planned.nextSetBit(firstChunk);
    if (!aligned || offset < end || (taken >= 0 && taken < endChunk)) {
      throw BackupException.of(
          ErrorCode.INVALID_VALUE,
          "field",
          "plan",
          "value",
          item.span().toString(),
          "expected",
          "Spans are aligned to chunks, ascend and do not overlap.");
    }
    planned.set(firstChunk, endChunk);
  }

  private long position() {
    return written + buffer.position();
  }

  private void reserve(int bytes) {
    if (buffer.remaining() < bytes) {
      drain();
      if (buffer.capacity() < bytes) {
        buffer = ByteBuffer.allocate(bytes);
      }
    }
  }

  private void drain() {
    buffer.flip();
    fileDigest.update(buffer.duplicate());
    int length = buffer.remaining();
    file.write(written, buffer);
    written += length;
    buffer.clear();
  }

  @Override
  public void close() {
    file.close();
  }
}
