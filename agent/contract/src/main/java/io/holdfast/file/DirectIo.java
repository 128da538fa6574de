package io.holdfast.file;

import java.io.IOException;
import java.nio.file.FileStore;
import java.util.OptionalInt;
import java.util.Set;

/** Where files may be read and written past the page cache. */
public final class DirectIo {
  /** Where it is known to be worth it; on network file systems every write would be waited for. */
  private static final Set<String> FILE_SYSTEMS = Set.of("ext2", "ext3", "ext4", "xfs");

  private DirectIo() {}

  /**
   * What addresses, offsets and lengths must be multiples of on a file system.
   *
   * @param mostBytes the largest block that the caller can do with
   * @return a power of two; empty where it would not help, or cannot be
   */
  public static OptionalInt blockBytes(FileStore store, int mostBytes) {
    try {
      long block = store.getBlockSize();
      boolean usable =
          FILE_SYSTEMS.contains(store.type()) && Long.bitCount(block) == 1 && block <= mostBytes;
      return usable ? OptionalInt.of((int) block) : OptionalInt.empty();
    } catch (IOException | UnsupportedOperationException unknown) {
      // The page cache always works; what is wrong with the file system shows there.
      return OptionalInt.empty();
    }
  }
}
