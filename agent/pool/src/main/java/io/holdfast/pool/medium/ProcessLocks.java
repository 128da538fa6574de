package io.holdfast.pool.medium;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The file locks this process holds, one channel per file. A second channel must never be opened on
 * a locked file: closing it would give up the lock for the whole process, as POSIX has it.
 */
final class ProcessLocks {
  private static final Map<Path, ProcessLocks> HELD = new HashMap<>();

  private final Path key;
  private final FileChannel channel;
  private final boolean shared;
  private int holders = 1;

  private ProcessLocks(Path key, FileChannel channel, boolean shared) {
    this.key = key;
    this.channel = channel;
    this.shared = shared;
  }

  /** One holder of a lock. Idempotent. */
  static final class Holder {
    private final ProcessLocks lock;
    private boolean closed;

    private Holder(ProcessLocks lock) {
      this.lock = lock;
    }

    void close() {
      synchronized (HELD) {
        if (!closed) {
          closed = true;
          lock.release();
        }
      }
    }
  }

  /** Takes a lock unless somebody, this process included, holds one that excludes it. */
  static Optional<Holder> tryLock(Path file, boolean shared) throws IOException {
    synchronized (HELD) {
      Path key = file.toAbsolutePath().normalize();
      ProcessLocks known = HELD.get(key);
      if (known != null) {
        if (!shared || !known.shared) {
          return Optional.empty();
        }
        known.holders++;
        return Optional.of(new Holder(known));
      }
      return lockAnew(key, shared);
    }
  }

  private static Optional<Holder> lockAnew(Path key, boolean shared) throws IOException {
    FileChannel channel =
        FileChannel.open(
            key, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
      locked = lock != null;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
    if (!locked) {
      return Optional.empty();
    }
    ProcessLocks held = new ProcessLocks(key, channel, shared);
    HELD.put(key, held);
    return Optional.of(new Holder(held));
  }

  private void release() {
    holders--;
    if (holders == 0) {
      HELD.remove(key);
      try {
        channel.close();
      } catch (IOException alreadyUnusable) {
        // Nothing was written through it, and the lock goes with the channel.
      }
    }
  }
}
