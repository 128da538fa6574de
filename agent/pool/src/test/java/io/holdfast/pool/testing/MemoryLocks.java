package io.holdfast.pool.testing;

import io.holdfast.pool.medium.PoolFiles.FileLease;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The file locks of a {@link MemoryFiles}; they go with its process. Thread-safe. */
final class MemoryLocks {
  private final Set<Path> locked = new HashSet<>();
  private final Map<Path, Integer> shared = new HashMap<>();

  synchronized Optional<FileLease> tryLock(Path file) {
    if (shared.getOrDefault(file, 0) > 0 || !locked.add(file)) {
      return Optional.empty();
    }
    return Optional.of(() -> unlock(file));
  }

  synchronized Optional<FileLease> tryShare(Path file) {
    if (locked.contains(file)) {
      return Optional.empty();
    }
    shared.merge(file, 1, Integer::sum);
    return Optional.of(() -> unshare(file));
  }

  synchronized void loseAll() {
    locked.clear();
  }

  private synchronized void unlock(Path file) {
    locked.remove(file);
  }

  private synchronized void unshare(Path file) {
    shared.merge(file, -1, Integer::sum);
  }
}
