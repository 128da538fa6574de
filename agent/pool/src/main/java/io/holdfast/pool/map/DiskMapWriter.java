package io.holdfast.pool.map;

import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.format.PoolTree;
import io.holdfast.pool.medium.PoolFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Writes a disk map in one pass, chunks in ascending order. Memory: 16 bytes per run and a few per
 * pack. Not thread-safe. The map exists under its name after {@link #finish} only.
 */
public final class DiskMapWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final PoolScope scope;
  private final Path target;
  private final PoolFile file;
  private final MessageDigest digest = Checksums.sha256();
  private final MessageDigest fileDigest = Checksums.sha256();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private final Map<UUID, PackSlot> packs = new LinkedHashMap<>();
  private long[] runs = new long[32];
  private int runCount;
  private long written;
  private long entryCount;
  private long dataBytes;
  private long lastChunk = -2;

  private record PackSlot(int index, long lengthBytes) {}

  /**
   * What was written.
   *
   * @param lengthBytes of the file
   * @param sha256 of the whole file, hex
   * @param dataBytes plain bytes of all chunks
   */
  public record Written(long lengthBytes, String sha256, long dataBytes) {}

  private DiskMapWriter(PoolScope scope, Path target, PoolFile file) {
    this.scope = scope;
    this.target = target;
    this.file = file;
  }

  /** Begins the map of a disk; the restore point's map folder exists. */
  public static DiskMapWriter create(
      PoolScope scope, UUID restorePointId, int diskNumber, long diskSizeBytes) {
    Path target = scope.tree().map(restorePointId, diskNumber);
    PoolFile file = scope.files().create(unfinished(target));
    DiskMapWriter writer = new DiskMapWriter(scope, target, file);
    FileHeader.of(FileKind.DISK_MAP, scope, restorePointId, scope.chunkBytes())
        .write(writer.buffer);
    writer.buffer.putLong(diskSizeBytes).putInt(diskNumber).putInt(0);
    return writer;
  }

  private static Path unfinished(Path target) {
    return target.resolveSibling(target.getFileName() + PoolTree.UNFINISHED);
  }

  /**
   * Adds the next data chunk.
   *
   * @param packLengthBytes length of the sealed pack file
   */
  public void add(ChunkLocation location, long packLengthBytes) {
    if (location.chunk() <= lastChunk) {
      throw new IllegalArgumentException("chunk " + location.chunk() + " is out of order");
    }
    int pack =
        packs
            .computeIfAbsent(location.packId(), id -> new PackSlot(packs.size(), packLengthBytes))
            .index();
    reserve(MapFormat.ENTRY_BYTES);
    location.id().write(buffer);
    buffer.putInt(pack).putInt((int) location.offset());
    buffer.putInt(location.storedLength()).putInt(location.plainLength());
    if (location.chunk() == lastChunk + 1) {
      runs[2 * runCount - 1]++;
    } else {
      beginRun(location.chunk());
    }
    lastChunk = location.chunk();
    entryCount++;
    dataBytes += location.plainLength();
  }

  private void beginRun(long chunk) {
    if (2 * runCount + 2 > runs.length) {
      runs = Arrays.copyOf(runs, runs.length * 2);
    }
    runs[2 * runCount] = chunk;
    runs[2 * runCount + 1] = 1;
    runCount++;
  }

  /** Writes the tables, syncs, renames, syncs the folder. */
  public Written finish() {
    for (int i = 0; i < runCount; i++) {
      reserve(MapFormat.RUN_BYTES);
      buffer.putLong(runs[2 * i]).putInt((int) runs[2 * i + 1]).putInt(0);
    }
    for (Map.Entry<UUID, PackSlot> pack : packs.entrySet()) {
      reserve(MapFormat.PACK_BYTES);
      FileHeader.putUuid(buffer, pack.getKey());
      buffer.putLong(pack.getValue().lengthBytes());
    }
    reserve(MapFormat.TRAILER_BYTES);
    buffer.putLong(entryCount).putInt(runCount).putInt(packs.size());
    buffer.putLong(dataBytes).putLong(0);
    drain();
    buffer.put(digest.digest());
    drain();
    file.sync();
    close();
    scope.files().rename(unfinished(target), target);
    scope.files().syncFolder(target.getParent());
    return new Written(written, HexFormat.of().formatHex(fileDigest.digest()), dataBytes);
  }

  private void reserve(int bytes) {
    if (buffer.remaining() < bytes) {
      drain();
    }
  }

  private void drain() {
    buffer.flip();
    digest.update(buffer.duplicate());
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
