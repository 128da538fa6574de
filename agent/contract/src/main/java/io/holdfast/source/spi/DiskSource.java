package io.holdfast.source.spi;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** A disk's bytes at one snapshot. Thread-safe: several reads may be in flight, in any order. */
public interface DiskSource extends AutoCloseable {

  /**
   * The disk's size in bytes; constant for the life of the source. Need not be a multiple of
   * anything.
   */
  long sizeBytes();

  /**
   * Reads exactly {@code into.remaining()} bytes at {@code offset} and moves the buffer's position
   * to its limit. The buffer belongs to the source until the future completes.
   *
   * <p>There is no short read: a source that gets fewer bytes than asked, or the end of the
   * connection, fails the future with DISK_SHORT_READ or DISK_READ_FAILED, a storage that cannot
   * read the range with DISK_MEDIUM_READ_ERROR, and the buffer's contents are undefined. A range
   * beyond {@link #sizeBytes()} fails with DISK_RANGE_INVALID. Failures are {@link
   * io.holdfast.error.BackupException}s; a lost connection is of kind TRANSIENT, and the source is
   * then unusable: open a new one.
   */
  CompletableFuture<Void> read(long offset, ByteBuffer into);

  /** How many reads are worth having in flight; 1 or more. */
  int usefulReadsInFlight();

  /**
   * Ends all connections and frees native handles. Reads in flight fail. Idempotent, throws
   * nothing.
   */
  @Override
  void close();
}
