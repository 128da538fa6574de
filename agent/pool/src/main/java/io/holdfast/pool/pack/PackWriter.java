package io.holdfast.pool.pack;

import io.holdfast.error.ReasonCode;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.medium.PoolFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * An open pack of a session. Not thread-safe. A failed append leaves the position where it was: the
 * next one writes over the remains.
 */
public final class PackWriter implements AutoCloseable {
  private final Path path;
  private final UUID packId;
  private final PoolFile file;
  private final List<PackEntry> entries = new ArrayList<>();
  private long position;
  private boolean finished;

  private PackWriter(Path path, UUID packId, PoolFile file) {
    this.path = path;
    this.packId = packId;
    this.file = file;
  }

  /** Begins a pack; its name is durable when this returns, its bytes are not. */
  public static PackWriter create(PoolScope scope, Path path, UUID packId, int features) {
    PackWriter writer = new PackWriter(path, packId, scope.files().createAppended(path));
    try {
      ByteBuffer header = ByteBuffer.allocate(FileHeader.BYTES);
      FileHeader.of(FileKind.PACK, scope, packId, scope.chunkBytes())
          .withFeatures(features)
          .write(header);
      writer.file.write(0, header.flip());
      writer.position = FileHeader.BYTES;
      scope.files().syncFolder(path.getParent());
      return writer;
    } catch (RuntimeException failed) {
      writer.close();
      throw failed;
    }
  }

  /**
   * Opens a session's pack again, with the records before {@code lengthBytes} only. A pack that was
   * finished at just this length stays finished; all else behind it is cut off.
   */
  public static PackWriter resume(PoolScope scope, Path path, UUID packId, long lengthBytes) {
    PackWriter writer = new PackWriter(path, packId, scope.files().openForWriting(path));
    try {
      PackReader.checkHeader(scope, writer.file, path, packId);
      if (PackTail.isSealedAt(lengthBytes, writer.file, path)) {
        writer.finished = true;
        writer.position = lengthBytes;
        writer.entries.addAll(PackTail.read(writer.file, path));
      } else {
        writer.file.truncate(lengthBytes);
        writer.walkRecords(lengthBytes);
      }
      return writer;
    } catch (RuntimeException failed) {
      writer.close();
      throw failed;
    }
  }

  private void walkRecords(long end) {
    position = FileHeader.BYTES;
    ByteBuffer header = ByteBuffer.allocate(ChunkRecord.HEADER_BYTES);
    while (position < end) {
      header.clear();
      file.read(position, header);
      header.flip();
      if (!ChunkRecord.isValid(header, 0)) {
        throw FormatErrors.corrupt(path, position, ReasonCode.RECORD_HEADER_INVALID);
      }
      add(ChunkRecord.read(header, 0));
    }
    if (position != end) {
      throw FormatErrors.corrupt(path, end, ReasonCode.RECORD_END_DIFFERS);
    }
  }

  private void add(ChunkRecord record) {
    PackEntry entry = new PackEntry(position, record);
    entries.add(entry);
    position = entry.end();
  }

  public UUID packId() {
    return packId;
  }

  public Path path() {
    return path;
  }

  /** Where the next record will begin. */
  public long position() {
    return position;
  }

  /** What is in it, in order. */
  public List<PackEntry> entries() {
    return List.copyOf(entries);
  }

  /** Whether directory and footer are written. */
  public boolean isFinished() {
    return finished;
  }

  /**
   * Appends records that lie behind each other, in one write.
   *
   * @param records headers and stored bytes, remaining; the position moves to the limit
   * @return the offset of the first one's header
   */
  public long append(ByteBuffer records) {
    long offset = position;
    ByteBuffer headers = records.duplicate();
    file.write(offset, records);
    for (int at = headers.position(); at < headers.limit(); ) {
      ChunkRecord header = ChunkRecord.read(headers, at);
      add(header);
      at += (int) header.recordBytes();
    }
    return offset;
  }

  /** Forgets the records from {@code lengthBytes} on. */
  public void rollBack(long lengthBytes) {
    while (!entries.isEmpty() && entries.get(entries.size() - 1).offset() >= lengthBytes) {
      entries.remove(entries.size() - 1);
    }
    position = lengthBytes;
  }

  /** All records are durable afterwards. */
  public void sync() {
    file.sync();
  }

  /**
   * Writes directory and footer and syncs; may be repeated after a failure. Length of the file is
   * the result.
   */
  public long finish() {
    if (!finished) {
      ByteBuffer tail = PackTail.encode(position, entries);
      long end = position + tail.remaining();
      file.write(position, tail);
      file.truncate(end);
    }
    file.sync();
    finished = true;
    return file.sizeBytes();
  }

  @Override
  public void close() {
    file.close();
  }
}
