package io.holdfast.pool.map;

import io.holdfast.pool.format.Checksums;
import io.holdfast.pool.format.FileHeader;

/** Sizes and offsets of the disk map format. */
final class MapFormat {
  static final int DISK_SIZE_OFFSET = FileHeader.BYTES;
  static final int DISK_NUMBER_OFFSET = 72;
  static final int ENTRIES_OFFSET = 80;
  static final int ENTRY_BYTES = 48;
  static final int RUN_BYTES = 16;
  static final int PACK_BYTES = 24;
  static final int TRAILER_BYTES = 32 + Checksums.SHA256_BYTES;

  private MapFormat() {}
}
