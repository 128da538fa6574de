package io.holdfast.pool.pack;

import io.holdfast.error.CorruptionException;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.chunk.ChunkRecord;
import io.holdfast.pool.format.Features;
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

/** A sealed pack, open for reading. Thread-safe. */
public final class PackReader implements AutoCloseable {
  private final Path path;
  private final PoolFile file;

  private PackReader(Path path, PoolFile file) {
    this.path = path;
    this.file = file;
  }

  /** Opens a pack of {@code packs/} and checks its header. */
  public static PackReader open(PoolScope scope, UUID packId) {
    return open(scope, scope.tree().pack(packId), packId);
  }

  /** Opens a finished pack wherever it is and checks its header. */
  public static PackReader open(PoolScope scope, Path path, UUID packId) {
    PackReader reader = new PackReader(path, scope.files().openForScan(path));
    try {
      checkHeader(scope, reader.file, path, packId);
      return reader;
    } catch (RuntimeException failed) {
      reader.close();
      throw failed;
    }
  }

  static void checkHeader(PoolScope scope, PoolFile file, Path path, UUID packId) {
    ByteBuffer buffer = ByteBuffer.allocate(FileHeader.BYTES);
    file.read(0, buffer);
    FileHeader header = FileHeader.read(buffer.flip(), FileKind.PACK, path);
    header.expect(scope.poolId(), packId, path);
    if (((header.features() & Features.ENCRYPTED) != 0) != scope.encrypted()) {
      throw FormatErrors.corrupt(path, 12, ReasonCode.ENCRYPTION_DIFFERS);
    }
    if (header.parameter() != scope.chunkBytes()) {
      throw FormatErrors.corrupt(
          path, 56, ReasonCode.CHUNK_BYTES_DIFFER, "length", header.parameter());
    }
  }

  public Path path() {
    return path;
  }

  public long sizeBytes() {
    return file.sizeBytes();
  }

  /** Reads raw bytes; fewer than asked at the end of the file. */
  public int read(long offset, ByteBuffer into) {
    return file.read(offset, into);
  }

  /**
   * The directory, checked.
   *
   * @throws io.holdfast.error.BackupException FORMAT_CORRUPT
   */
  public List<PackEntry> directory() {
    return PackTail.read(file, path);
  }

  /** The records by the directory or, where that is damaged, by walking as far as they go. */
  public List<PackEntry> entries() {
    try {
      return directory();
    } catch (CorruptionException damaged) {
      return walk();
    }
  }

  private List<PackEntry> walk() {
    List<PackEntry> result = new ArrayList<>();
    ByteBuffer header = ByteBuffer.allocate(ChunkRecord.HEADER_BYTES);
    long offset = FileHeader.BYTES;
    while (true) {
      header.clear();
      if (file.read(offset, header) < ChunkRecord.HEADER_BYTES
          || !ChunkRecord.isValid(header.flip(), 0)) {
        return result;
      }
      PackEntry entry = new PackEntry(offset, ChunkRecord.read(header, 0));
      result.add(entry);
      offset = entry.end();
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
