package io.holdfast.pool.map;

import io.holdfast.error.ReasonCode;
import io.holdfast.pool.chunk.ChunkId;
import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FileKind;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.format.PoolScope;
import io.holdfast.pool.medium.PoolFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A disk map, open for reading, checked as a whole when opened. Memory: 24 bytes per run and 24 per
 * pack; entries stay in the file. Thread-safe.
 */
public final class DiskMapReader implements AutoCloseable {
  private static final int READ_BYTES = 1 << 18;
  private static final int PAGE_ENTRIES = 4096;

  private final Path path;
  private final PoolFile file;
  private String sha256 = "";
  private long diskSizeBytes;
  private int chunkBytes;
  private long entryCount;
  private long dataBytes;
  private long[] runStart = new long[0];
  private long[] runEntry = new long[0];
  private UUID[] packIds = new UUID[0];
  private long[] packLengths = new long[0];

  private DiskMapReader(Path path, PoolFile file) {
    this.path = path;
    this.file = file;
  }

  /**
   * Opens a map and checks every byte of it.
   *
   * @throws io.holdfast.error.BackupException FORMAT_CORRUPT, FORMAT_TOO_NEW, FORMAT_TOO_OLD
   */
  public static DiskMapReader open(PoolScope scope, UUID restorePointId, int diskNumber) {
    Path path = scope.tree().map(restorePointId, diskNumber);
    DiskMapReader reader = new DiskMapReader(path, scope.files().openForReading(path));
    try {
      reader.load(scope, restorePointId, diskNumber);
      return reader;
    } catch (RuntimeException failed) {
      reader.close();
      throw failed;
    }
  }

  private void load(PoolScope scope, UUID restorePointId, int diskNumber) {
    long size = file.sizeBytes();
    ByteBuffer head = ByteBuffer.allocate(MapFormat.ENTRIES_OFFSET);
    file.read(0, head);
    FileHeader header = FileHeader.read(head.flip(), FileKind.DISK_MAP, path);
    header.expect(scope.poolId(), restorePointId, path);
    if (size < MapFormat.ENTRIES_OFFSET + MapFormat.TRAILER_BYTES) {
      throw FormatErrors.corrupt(path, size, ReasonCode.FILE_ENDS_EARLY);
    }
    checkDigest(size);
    diskSizeBytes = head.getLong(MapFormat.DISK_SIZE_OFFSET);
    chunkBytes = header.parameter();
    if (head.getInt(MapFormat.DISK_NUMBER_OFFSET) != diskNumber
        || chunkBytes != scope.chunkBytes()) {
      throw FormatErrors.corrupt(
          path, MapFormat.DISK_NUMBER_OFFSET, ReasonCode.MAP_OF_ANOTHER_DISK);
    }
    ByteBuffer trailer = read(size - MapFormat.TRAILER_BYTES, 32);
    entryCount = trailer.getLong(0);
    int runCount = trailer.getInt(8);
    int packCount = trailer.getInt(12);
    dataBytes = trailer.getLong(16);
    long tables = MapFormat.ENTRIES_OFFSET + entryCount * MapFormat.ENTRY_BYTES;
    long packTable = tables + (long) runCount * MapFormat.RUN_BYTES;
    if (entryCount < 0
        || runCount < 0
        || packCount < 0
        || packTable + (long) packCount * MapFormat.PACK_BYTES + MapFormat.TRAILER_BYTES != size) {
      throw FormatErrors.corrupt(path, size - MapFormat.TRAILER_BYTES, ReasonCode.COUNTS_DIFFER);
    }
    loadRuns(tables, runCount);
    loadPacks(packTable, packCount);
  }

  private void checkDigest(long size) {
    long end = size - Checksums.SHA256_BYTES;
    MessageDigest whole = Checksums.sha256();
    ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    for (long at = 0; at < end; at += READ_BYTES) {
      buffer.clear().limit((int) Math.min(READ_BYTES, end - at));
      if (file.read(at, buffer) < buffer.limit()) {
        throw FormatErrors.corrupt(path, at, ReasonCode.FILE_ENDS_EARLY);
      }
      whole.update(buffer.array(), 0, buffer.limit());
    }
    ByteBuffer stored = read(end, Checksums.SHA256_BYTES);
    if (!stored.equals(ByteBuffer.wrap(digestSoFar(whole)))) {
      throw FormatErrors.corrupt(path, end, ReasonCode.MAP_CHECKSUM_WRONG);
    }
    whole.update(stored);
    sha256 = HexFormat.of().formatHex(whole.digest());
  }

  private static byte[] digestSoFar(MessageDigest running) {
    try {
      return ((MessageDigest) running.clone()).digest();
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException("SHA-256 of the JDK can be cloned", impossible);
    }
  }

  private ByteBuffer read(long offset, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    if (file.read(offset, buffer) < length) {
      throw FormatErrors.corrupt(path, offset, ReasonCode.FILE_ENDS_EARLY);
    }
    return buffer.flip();
  }

  private void loadRuns(long offset, int count) {
    ByteBuffer table = read(offset, Math.multiplyExact(count, MapFormat.RUN_BYTES));
    runStart = new long[count];
    runEntry = new long[count + 1];
    long chunks = (diskSizeBytes + chunkBytes - 1) / chunkBytes;
    long end = -1;
    for (int i = 0; i < count; i++) {
      runStart[i] = table.getLong();
      long length = Integer.toUnsignedLong(table.getInt());
      table.getInt();
      if (runStart[i] <= end || length == 0 || runStart[i] > chunks - length) {
        throw FormatErrors.corrupt(path, offset + 16L * i, ReasonCode.RUNS_OUT_OF_ORDER);
      }
      end = runStart[i] + length;
      runEntry[i + 1] = runEntry[i] + length;
    }
    if (runEntry[count] != entryCount) {
      throw FormatErrors.corrupt(path, offset, ReasonCode.RUNS_DIFFER);
    }
  }

  private void loadPacks(long offset, int count) {
    ByteBuffer table = read(offset, Math.multiplyExact(count, MapFormat.PACK_BYTES));
    packIds = new UUID[count];
    packLengths = new long[count];
    for (int i = 0; i < count; i++) {
      packIds[i] = FileHeader.getUuid(table);
      packLengths[i] = table.getLong();
    }
  }

  public Path path() {
    return path;
  }

  /** SHA-256 of the whole file, hex, as the manifest has it. */
  public String sha256() {
    return sha256;
  }

  public long lengthBytes() {
    return file.sizeBytes();
  }

  public long diskSizeBytes() {
    return diskSizeBytes;
  }

  public int chunkBytes() {
    return chunkBytes;
  }

  /** Plain bytes in data chunks. */
  public long dataBytes() {
    return dataBytes;
  }

  /** Number of data chunks. */
  public long entryCount() {
    return entryCount;
  }

  /** The packs that entries point into, with the lengths of their files. */
  public Map<UUID, Long> packs() {
    Map<UUID, Long> result = new LinkedHashMap<>();
    for (int i = 0; i < packIds.length; i++) {
      result.put(packIds[i], packLengths[i]);
    }
    return result;
  }

  /** The pack table: what entries' numbers of packs mean. */
  public List<UUID> packTable() {
    return List.of(packIds);
  }

  /** Is told where the chunks of a map lie. */
  @FunctionalInterface
  public interface PlaceVisitor {
    /**
     * @param pack number in {@link DiskMapReader#packTable}
     * @param offset of the record header in the pack
     * @param storedLength bytes after it
     * @param id of the chunk
     */
    void place(int pack, long offset, int storedLength, Supplier<ChunkId> id);
  }

  /** Goes through all entries, in order, without an object for each: for those that read all. */
  public void forEachPlace(PlaceVisitor visitor) {
    ByteBuffer page = ByteBuffer.allocate(PAGE_ENTRIES * MapFormat.ENTRY_BYTES);
    int[] at = new int[1];
    Supplier<ChunkId> id = () -> ChunkId.read(page, at[0]);
    for (long first = 0; first < entryCount; first += PAGE_ENTRIES) {
      page.clear().limit((int) Math.min(PAGE_ENTRIES, entryCount - first) * MapFormat.ENTRY_BYTES);
      readEntries(first, page);
      for (at[0] = 0; at[0] < page.limit(); at[0] += MapFormat.ENTRY_BYTES) {
        int pack = page.getInt(at[0] + ChunkId.BYTES);
        int stored = page.getInt(at[0] + 40);
        if (pack < 0 || pack >= packIds.length || stored < 0) {
          long entry = first + at[0] / MapFormat.ENTRY_BYTES;
          throw FormatErrors.corrupt(path, entryOffset(entry), ReasonCode.ENTRY_SENSELESS);
        }
        visitor.place(pack, Integer.toUnsignedLong(page.getInt(at[0] + 36)), stored, id);
      }
    }
  }

  /** Where a chunk lies; empty when it is zero. */
  public Optional<ChunkLocation> find(long chunk) {
    int run = runAtOrBefore(chunk);
    if (run < 0 || chunk - runStart[run] >= runEntry[run + 1] - runEntry[run]) {
      return Optional.empty();
    }
    long entry = runEntry[run] + chunk - runStart[run];
    ByteBuffer bytes = read(entryOffset(entry), MapFormat.ENTRY_BYTES);
    return Optional.of(location(chunk, bytes, 0, entry));
  }

  /** The first data chunk at or after this one, or -1. Looks at no entry. */
  public long nextDataChunk(long chunk) {
    int run = runAtOrBefore(chunk);
    if (run >= 0 && chunk - runStart[run] < runEntry[run + 1] - runEntry[run]) {
      return chunk;
    }
    return run + 1 < runStart.length ? runStart[run + 1] : -1;
  }

  /** The first chunk after a data chunk that is zero or beyond the disk. Looks at no entry. */
  public long endOfData(long dataChunk) {
    int run = runAtOrBefore(dataChunk);
    return runStart[run] + runEntry[run + 1] - runEntry[run];
  }

  private int runAtOrBefore(long chunk) {
    int found = Arrays.binarySearch(runStart, chunk);
    return found >= 0 ? found : -found - 2;
  }

  /** All data chunks in disk order, read in pages; one pass. */
  public DiskMapCursor cursor() {
    return new DiskMapCursor(this);
  }

  /** Fills a page of raw entries from an entry number on. */
  void readEntries(long firstEntry, ByteBuffer page) {
    if (file.read(entryOffset(firstEntry), page) < page.limit()) {
      throw FormatErrors.corrupt(path, entryOffset(firstEntry), ReasonCode.FILE_ENDS_EARLY);
    }
  }

  /** The chunk number of an entry. */
  long chunkOfEntry(long entry) {
    int found = Arrays.binarySearch(runEntry, 0, runStart.length, entry);
    int run = found >= 0 ? found : -found - 2;
    return runStart[run] + entry - runEntry[run];
  }

  ChunkLocation location(long chunk, ByteBuffer page, int at, long entry) {
    int pack = page.getInt(at + ChunkId.BYTES);
    int stored = page.getInt(at + 40);
    int plain = page.getInt(at + 44);
    long expected = Math.min(chunkBytes, diskSizeBytes - chunk * chunkBytes);
    if (pack < 0 || pack >= packIds.length || stored < 0 || plain != expected) {
      throw FormatErrors.corrupt(path, entryOffset(entry), ReasonCode.ENTRY_SENSELESS);
    }
    return new ChunkLocation(
        chunk,
        ChunkId.read(page, at),
        packIds[pack],
        Integer.toUnsignedLong(page.getInt(at + 36)),
        stored,
        plain);
  }

  private static long entryOffset(long entry) {
    return MapFormat.ENTRIES_OFFSET + entry * MapFormat.ENTRY_BYTES;
  }

  @Override
  public void close() {
    file.close();
  }
}
