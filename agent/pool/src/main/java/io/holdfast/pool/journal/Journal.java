package io.holdfast.pool.journal;

import io.holdfast.error.CorruptionException;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.medium.PoolFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The journal of one stream. Memory: 8 bytes per planned extent and what was not yet flushed.
 * Thread-safe; {@link #covers} never waits.
 */
public final class Journal implements AutoCloseable {
  private static final int FRAME_BYTES = 8;
  private static final int MAX_PAYLOAD_BYTES = 1 << 24;

  private final Path path;
  private final PoolFile file;

  /** By ordinal: where the record's frame begins, or will; 0 when there is none. */
  private final AtomicLongArray positions;

  private final TreeMap<Integer, JournaledPack> packs = new TreeMap<>();
  private ByteBuffer pending = ByteBuffer.allocate(1 << 12);
  private volatile long durableLength;
  private long firstNotDurable;

  private Journal(Path path, PoolFile file, long extentCount) {
    this.path = path;
    this.file = file;
    this.positions = new AtomicLongArray(Math.toIntExact(extentCount));
  }

  /**
   * Which journal is opened.
   *
   * @param sessionId its session
   * @param extentCount planned in its stream
   * @param features of a new one
   */
  public record Opening(UUID sessionId, long extentCount, int features) {}

  /**
   * Opens the journal of a stream, or begins one. Records are believed up to the first that is torn
   * or points beyond its pack; the rest is cut off.
   */
  public static Journal open(PoolScope scope, Path path, Opening opening, PackBounds bounds) {
    boolean there = scope.files().exists(path);
    PoolFile file = there ? scope.files().openForWriting(path) : scope.files().create(path);
    Journal journal = new Journal(path, file, opening.extentCount());
    try {
      if (there && journal.hasHeader(scope, opening.sessionId())) {
        journal.scan(bounds);
      } else {
        journal.begin(scope, opening);
      }
      return journal;
    } catch (RuntimeException failed) {
      journal.close();
      throw failed;
    }
  }

  private boolean hasHeader(PoolScope scope, UUID sessionId) {
    ByteBuffer header = ByteBuffer.allocate(FileHeader.BYTES);
    file.read(0, header);
    try {
      FileHeader.read(header.flip(), FileKind.JOURNAL, path)
          .expect(scope.poolId(), sessionId, path);
      return true;
    } catch (CorruptionException torn) {
      return false;
    }
  }

  private void begin(PoolScope scope, Opening opening) {
    ByteBuffer header = ByteBuffer.allocate(FileHeader.BYTES);
    FileHeader.of(FileKind.JOURNAL, scope, opening.sessionId(), 0)
        .withFeatures(opening.features())
        .write(header);
    file.truncate(0);
    file.write(0, header.flip());
    file.sync();
    scope.files().syncFolder(path.getParent());
    durableLength = FileHeader.BYTES;
  }

  private void scan(PackBounds bounds) {
    long at = FileHeader.BYTES;
    ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES);
    while (true) {
      Optional<ExtentRecord> record = readAt(at, frame);
      if (record.isEmpty() || !isBelieved(record.get(), bounds)) {
        break;
      }
      note(record.get(), at);
      at += FRAME_BYTES + frame.getInt(0);
    }
    file.truncate(at);
    file.sync();
    durableLength = at;
  }

  private boolean isBelieved(ExtentRecord record, PackBounds bounds) {
    long end = record.packEnd();
    return record.ordinal() >= 0
        && record.ordinal() < positions.length()
        && (end == 0 || end <= bounds.lengthBytes(record.packSequence()));
  }

  private void note(ExtentRecord record, long position) {
    long end = record.packEnd();
    if (end > 0) {
      packs.put(
          record.packSequence(), new JournaledPack(record.packSequence(), record.packEpoch(), end));
    }
    positions.set((int) record.ordinal(), position);
  }

  private Optional<ExtentRecord> readAt(long at, ByteBuffer frame) {
    frame.clear();
    if (file.read(at, frame) < FRAME_BYTES) {
      return Optional.empty();
    }
    int length = frame.getInt(0);
    if (length <= 0 || length > MAX_PAYLOAD_BYTES) {
      return Optional.empty();
    }
    ByteBuffer payload = ByteBuffer.allocate(length);
    if (file.read(at + FRAME_BYTES, payload) < length
        || Checksums.crc32c(payload, 0, length) != frame.getInt(4)) {
      return Optional.empty();
    }
    return ExtentRecord.read(payload.flip());
  }

  /** Whether the extent was written, durably or not. */
  public boolean covers(long ordinal) {
    return ordinal >= 0 && ordinal < positions.length() && positions.get((int) ordinal) != 0;
  }

  /** The record of a covered extent. */
  public synchronized ExtentRecord record(long ordinal) {
    long position = positions.get(Math.toIntExact(ordinal));
    if (position >= durableLength) {
      int at = (int) (position - durableLength);
      ByteBuffer payload = pending.slice(at + FRAME_BYTES, pending.getInt(at));
      return ExtentRecord.read(payload).orElseThrow();
    }
    return readAt(position, ByteBuffer.allocate(FRAME_BYTES))
        .orElseThrow(() -> FormatErrors.corrupt(path, position, ReasonCode.JOURNAL_RECORD_GONE));
  }

  /** The packs that records point into, in order. */
  public synchronized List<JournaledPack> packs() {
    return List.copyOf(packs.values());
  }

  /** Adds a record in memory; {@link #flush} makes it durable. */
  public synchronized void append(ExtentRecord record) {
    int needed = FRAME_BYTES + record.encodedBytes();
    if (pending.remaining() < needed) {
      int capacity = Math.max(pending.capacity() * 2, pending.position() + needed);
      pending = ByteBuffer.allocate(capacity).put(pending.flip());
    }
    int start = pending.position();
    pending.position(start + FRAME_BYTES);
    record.write(pending);
    int length = pending.position() - start - FRAME_BYTES;
    pending.putInt(start, length);
    pending.putInt(start + 4, Checksums.crc32c(pending, start + FRAME_BYTES, pending.position()));
    note(record, durableLength + start);
  }

  /** Bytes that {@link #flush} would write. */
  public synchronized int pendingBytes() {
    return pending.position();
  }

  /**
   * Writes and syncs what was added; the packs were synced before. A failure leaves everything as
   * it was, but after one that comes from the sync itself the file is not to be trusted until it is
   * opened again.
   */
  public synchronized void flush() {
    if (pending.position() == 0) {
      return;
    }
    ByteBuffer bytes = pending.duplicate().flip();
    int length = bytes.remaining();
    file.write(durableLength, bytes);
    file.sync();
    durableLength += length;
    pending.clear();
  }

  /** The first extent that is not durably covered; the number of extents when all are. */
  public synchronized long firstNotDurable() {
    while (firstNotDurable < positions.length()) {
      long position = positions.get((int) firstNotDurable);
      if (position == 0 || position >= durableLength) {
        break;
      }
      firstNotDurable++;
    }
    return firstNotDurable;
  }

  @Override
  public void close() {
    file.close();
  }
}
