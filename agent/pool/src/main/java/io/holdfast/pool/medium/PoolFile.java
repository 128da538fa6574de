package io.holdfast.pool.medium;

import java.nio.ByteBuffer;

/** An open file of a pool. Reads and writes are positional and may run side by side. */
public interface PoolFile extends AutoCloseable {

  /**
   * Reads at an offset until the buffer is full or the file ends.
   *
   * @return bytes read; fewer than asked only at the file's end
   */
  int read(long offset, ByteBuffer into);

  /** Writes all remaining bytes; after a failure any part of them may have been written. */
  void write(long offset, ByteBuffer from);

  /** Cuts the file; a shorter file stays as it is. */
  void truncate(long sizeBytes);

  long sizeBytes();

  /** Everything written to the file before is durable afterwards; its name is not, see folders. */
  void sync();

  /** Idempotent, throws nothing; syncs nothing. */
  @Override
  void close();
}
