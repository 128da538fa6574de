package io.holdfast.pool.medium;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The file operations a pool is built on. Implementations are thread-safe.
 *
 * <p>What the engine relies on: a rename replaces its target at once and as a whole; {@link
 * PoolFile#sync} makes a file's bytes durable, {@link #syncFolder} the names in a folder, in any
 * order otherwise; what was not synced may be lost, torn or reordered by a crash of the machine.
 *
 * <p>Errors: POOL_FULL (folder, free), POOL_WRITE_FAILED, POOL_READ_FAILED (file, cause).
 */
public interface PoolFiles {

  /** Creates a file or empties an existing one; open for reading and writing. */
  PoolFile create(Path file);

  /**
   * As {@link #create}, for a large file that is written from its beginning to its end by one
   * thread at a time. What was written can be read, and counts in its size, only after a sync or a
   * truncation; until that there may be zeros behind its end.
   */
  default PoolFile createAppended(Path file) {
    return create(file);
  }

  /** Opens an existing file for reading and writing. */
  PoolFile openForWriting(Path file);

  PoolFile openForReading(Path file);

  /**
   * As {@link #openForReading}, for a large file that is read once: where it helps, what is read is
   * not kept in the page cache. The same bytes, whoever wrote them.
   */
  default PoolFile openForScan(Path file) {
    return openForReading(file);
  }

  boolean exists(Path path);

  boolean isFolder(Path path);

  /** Length of a file; 0 for one that does not exist. */
  long length(Path file);

  /** Names in a folder, sorted; none for a folder that does not exist. */
  List<String> list(Path folder);

  /** Creates a folder and its parents; one that exists is no error. */
  void createFolder(Path folder);

  void syncFolder(Path folder);

  /** Atomically; replaces a file at the target. */
  void rename(Path from, Path to);

  /** Deletes a file or an empty folder; one that is gone is no error. */
  void delete(Path path);

  long capacityBytes(Path folder);

  long freeBytes(Path folder);

  /**
   * Opens the table of a folder, or makes one.
   *
   * @throws KeyTable.TableException when it is damaged, or there can be none
   */
  KeyTable openTable(Path folder) throws KeyTable.TableException;

  /** Deletes a folder and everything in it; one that is gone is no error. */
  default void deleteTree(Path path) {
    if (isFolder(path)) {
      list(path).forEach(name -> deleteTree(path.resolve(name)));
    }
    delete(path);
  }

  /**
   * Takes an exclusive lock that ends with the process; the file is created if need be. Empty when
   * anybody, this process included, holds it.
   */
  Optional<FileLease> tryLock(Path file);

  /**
   * Takes a shared lock that ends with the process; the file is created if need be. Empty while
   * anybody holds it exclusively. In one process it may be held several times.
   */
  Optional<FileLease> tryShare(Path file);

  /** A held lock. */
  interface FileLease extends AutoCloseable {
    /** Idempotent, throws nothing. */
    @Override
    void close();
  }
}
