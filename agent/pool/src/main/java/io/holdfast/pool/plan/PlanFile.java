package io.holdfast.pool.plan;

import io.holdfast.error.ReasonCode;
import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.medium.PoolFile;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** The stored plan of a disk, checked as a whole when opened. Thread-safe, never changes. */
public final class PlanFile implements AutoCloseable {
  private static final int READ_BYTES = 1 << 16;

  private final Path path;
  private final PoolFile file;
  private final List<Stream> streams = new ArrayList<>();
  private int chunkBytes;
  private long tableOffset;
  private PlanTarget target = new PlanTarget(0, 0, Gap.ZERO);

  private record Stream(StreamPlanSummary summary, long itemsOffset, long indexOffset) {}

  private PlanFile(Path path, PoolFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Stores a plan atomically and durably.
   *
   * @throws io.holdfast.error.BackupException INVALID_VALUE for spans that are not aligned, out of
   *     order or overlapping
   */
  public static void store(
      PoolScope scope,
      Path path,
      UUID sessionId,
      PlanTarget target,
      List<? extends Iterable<PlanItem>> streams) {
    Path unfinished = path.resolveSibling(path.getFileName() + PoolTree.UNFINISHED);
    write(scope, unfinished, sessionId, target, streams);
    scope.files().rename(unfinished, path);
    scope.files().syncFolder(path.getParent());
  }

  /** Whether a plan equals a stored one; walks it once. */
  public boolean isSame(
      PoolScope scope,
      UUID sessionId,
      PlanTarget other,
      List<? extends Iterable<PlanItem>> itemStreams) {
    Path scratch = path.resolveSibling(path.getFileName() + ".compare" + PoolTree.UNFINISHED);
    write(scope, scratch, sessionId, other, itemStreams);
    try (PlanFile compared = open(scope, scratch, sessionId)) {
      return compared.target.equals(target) && compared.summaries().equals(summaries());
    } finally {
      scope.files().delete(scratch);
    }
  }

  private static void write(
      PoolScope scope,
      Path path,
      UUID sessionId,
      PlanTarget target,
      List<? extends Iterable<PlanItem>> streams) {
    try (PlanWriter writer = new PlanWriter(scope, path, target)) {
      writer.write(scope, sessionId, streams);
    }
  }

  /**
   * Opens a plan and checks every byte of it.
   *
   * @throws io.holdfast.error.BackupException FORMAT_CORRUPT, FORMAT_TOO_NEW, FORMAT_TOO_OLD
   */
  public static PlanFile open(PoolScope scope, Path path, UUID sessionId) {
    PlanFile plan = new PlanFile(path, scope.files().openForReading(path));
    try {
      plan.load(scope, sessionId);
      return plan;
    } catch (RuntimeException failed) {
      plan.close();
      throw failed;
    }
  }

  private void load(PoolScope scope, UUID sessionId) {
    ByteBuffer head = ByteBuffer.allocate(PlanFormat.ITEMS_OFFSET);
    file.read(0, head);
    FileHeader header = FileHeader.read(head.flip(), FileKind.PLAN, path);
    header.expect(scope.poolId(), sessionId, path);
    long size = file.sizeBytes();
    if (size < PlanFormat.ITEMS_OFFSET + PlanFormat.FOOTER_BYTES) {
      throw FormatErrors.corrupt(path, size, ReasonCode.FILE_ENDS_EARLY);
    }
    checkDigest(size - Checksums.SHA256_BYTES);
    chunkBytes = header.parameter();
    Gap gap = head.getInt(PlanFormat.GAP_OFFSET) == Gap.BASE.number() ? Gap.BASE : Gap.ZERO;
    target =
        new PlanTarget(
            head.getInt(PlanFormat.DISK_NUMBER_OFFSET),
            head.getLong(PlanFormat.DISK_SIZE_OFFSET),
            gap);
    int count = head.getInt(PlanFormat.STREAMS_OFFSET);
    tableOffset = read(size - PlanFormat.FOOTER_BYTES, Long.BYTES).getLong();
    ByteBuffer table = read(tableOffset, count * PlanFormat.STREAM_BYTES);
    byte[] digest = new byte[Checksums.SHA256_BYTES];
    for (int i = 0; i < count; i++) {
      long items = table.getLong();
      long readBytes = table.getLong();
      long itemsOffset = table.getLong();
      long indexOffset = table.getLong();
      table.get(digest);
      String hex = HexFormat.of().formatHex(digest);
      streams.add(
          new Stream(new StreamPlanSummary(i, items, readBytes, hex), itemsOffset, indexOffset));
    }
  }

  private void checkDigest(long end) {
    MessageDigest digest = Checksums.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    for (long at = 0; at < end; at += READ_BYTES) {
      buffer.clear().limit((int) Math.min(READ_BYTES, end - at));
      if (file.read(at, buffer) < buffer.limit()) {
        throw FormatErrors.corrupt(path, at, ReasonCode.FILE_ENDS_EARLY);
      }
      digest.update(buffer.array(), 0, buffer.limit());
    }
    if (!read(end, Checksums.SHA256_BYTES).equals(ByteBuffer.wrap(digest.digest()))) {
      throw FormatErrors.corrupt(path, end, ReasonCode.PLAN_CHECKSUM_WRONG);
    }
  }

  private ByteBuffer read(long offset, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    if (file.read(offset, buffer) < length) {
      throw FormatErrors.corrupt(path, offset, ReasonCode.FILE_ENDS_EARLY);
    }
    return buffer.flip();
  }

  public PlanTarget target() {
    return target;
  }

  public List<StreamPlanSummary> summaries() {
    return streams.stream().map(Stream::summary).toList();
  }

  /** At most {@code limit} items of a stream, from an ordinal on. */
  public List<PlanItem> items(int stream, long fromOrdinal, int limit) {
    PlanCursor cursor = cursor(stream, fromOrdinal);
    List<PlanItem> result = new ArrayList<>(Math.min(limit, 1024));
    while (result.size() < limit && cursor.hasNext()) {
      result.add(cursor.next());
    }
    return result;
  }

  /** Walks a stream's items from an ordinal on. */
  public PlanCursor cursor(int stream, long fromOrdinal) {
    Stream wanted = streams.get(stream);
    long count = wanted.summary.extentCount();
    if (fromOrdinal >= count) {
      return new PlanCursor(this, tableOffset, count, count);
    }
    long slot = fromOrdinal / PlanFormat.INDEX_STEP;
    long offset = read(wanted.indexOffset + slot * Long.BYTES, Long.BYTES).getLong();
    PlanCursor cursor = new PlanCursor(this, offset, slot * PlanFormat.INDEX_STEP, count);
    while (cursor.ordinal() < fromOrdinal) {
      cursor.next();
    }
    return cursor;
  }

  /** Fills the buffer from an offset on, as far as items go. */
  void readItems(long offset, ByteBuffer into) {
    file.read(offset, into);
  }

  PlanItem decode(ByteBuffer bytes, long offset) {
    try {
      return PlanFormat.get(bytes, chunkBytes);
    } catch (BufferUnderflowException needsMore) {
      throw needsMore;
    } catch (RuntimeException senseless) {
      throw FormatErrors.corrupt(senseless, path, offset, ReasonCode.PLANNED_EXTENT_SENSELESS);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
