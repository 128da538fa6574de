package io.holdfast.pool.pack;

import io.holdfast.error.CorruptionException;
import io.holdfast.error.ReasonCode;
import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.FileHeader;
import io.holdfast.pool.format.FormatErrors;
import io.holdfast.pool.medium.PoolFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Directory and footer: what seals a pack. */
final class PackTail {
  static final int FOOTER_BYTES = 32;
  private static final int DIRECTORY_MAGIC = 0x48464452;
  private static final int FOOTER_MAGIC = 0x48465046;
  private static final int DIRECTORY_HEADER_BYTES = 8;
  private static final int FOOTER_CRC_OFFSET = 28;

  private PackTail() {}

  /** Directory and footer as they follow the last record. */
  static ByteBuffer encode(long directoryOffset, List<PackEntry> entries) {
    int directoryBytes = DIRECTORY_HEADER_BYTES + entries.size() * PackEntry.BYTES;
    ByteBuffer tail = ByteBuffer.allocate(directoryBytes + FOOTER_BYTES);
    tail.putInt(DIRECTORY_MAGIC).putInt(entries.size());
    for (PackEntry entry : entries) {
      entry.write(tail);
    }
    tail.putLong(directoryOffset).putInt(directoryBytes).putInt(entries.size());
    tail.putInt(Checksums.crc32c(tail, 0, directoryBytes));
    tail.putInt(0).putInt(FOOTER_MAGIC);
    tail.putInt(Checksums.crc32c(tail, directoryBytes, directoryBytes + FOOTER_CRC_OFFSET));
    return tail.flip();
  }

  /** Where the directory of a pack begins, or -1 when the pack has no valid footer. */
  private static long directoryOffset(PoolFile pack) {
    long size = pack.sizeBytes();
    if (size < FileHeader.BYTES + DIRECTORY_HEADER_BYTES + FOOTER_BYTES) {
      return -1;
    }
    ByteBuffer footer = ByteBuffer.allocate(FOOTER_BYTES);
    if (pack.read(size - FOOTER_BYTES, footer) < FOOTER_BYTES
        || footer.getInt(24) != FOOTER_MAGIC
        || footer.getInt(FOOTER_CRC_OFFSET) != Checksums.crc32c(footer, 0, FOOTER_CRC_OFFSET)) {
      return -1;
    }
    long offset = footer.getLong(0);
    boolean fits =
        offset >= FileHeader.BYTES
            && offset + Integer.toUnsignedLong(footer.getInt(8)) + FOOTER_BYTES == size;
    return fits ? offset : -1;
  }

  /** Whether a whole, valid directory and footer follow the records that end here. */
  static boolean isSealedAt(long recordsEnd, PoolFile pack, Path file) {
    if (directoryOffset(pack) != recordsEnd) {
      return false;
    }
    try {
      read(pack, file);
      return true;
    } catch (CorruptionException torn) {
      return false;
    }
  }

  /** The directory of a sealed pack. */
  static List<PackEntry> read(PoolFile pack, Path file) {
    long size = pack.sizeBytes();
    long offset = directoryOffset(pack);
    if (offset < 0) {
      throw FormatErrors.corrupt(file, Math.max(0, size - FOOTER_BYTES), ReasonCode.FOOTER_INVALID);
    }
    int length = Math.toIntExact(size - FOOTER_BYTES - offset);
    ByteBuffer tail = ByteBuffer.allocate(length + FOOTER_BYTES);
    if (pack.read(offset, tail) < tail.capacity()) {
      throw FormatErrors.corrupt(file, offset, ReasonCode.FILE_ENDS_IN_DIRECTORY);
    }
    int count = tail.getInt(4);
    if (tail.getInt(length + 16) != Checksums.crc32c(tail, 0, length)
        || tail.getInt(0) != DIRECTORY_MAGIC
        || count != tail.getInt(length + 12)
        || count < 0
        || DIRECTORY_HEADER_BYTES + (long) count * PackEntry.BYTES != length) {
      throw FormatErrors.corrupt(file, offset, ReasonCode.DIRECTORY_INVALID);
    }
    List<PackEntry> entries = new ArrayList<>(count);
    long end = FileHeader.BYTES;
    for (int i = 0; i < count; i++) {
      PackEntry entry = PackEntry.read(tail, DIRECTORY_HEADER_BYTES + i * PackEntry.BYTES);
      if (entry.offset() != end) {
        throw FormatErrors.corrupt(
            file, offset, ReasonCode.DIRECTORY_GAP, "offset", entry.offset());
      }
      end = entry.end();
      entries.add(entry);
    }
    if (end != offset) {
      throw FormatErrors.corrupt(file, offset, ReasonCode.DIRECTORY_DOES_NOT_MEET);
    }
    return entries;
  }
}
