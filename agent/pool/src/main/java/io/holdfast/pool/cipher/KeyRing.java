package io.holdfast.pool.cipher;

import java.util.Optional;

/**
 * The keys of an open pool. They may come after the opening: a pool that was opened to be listed is
 * shared by whoever brings its key later. Thread-safe.
 */
public final class KeyRing implements AutoCloseable {
  private Optional<PoolKeys> keys = Optional.empty();

  /** The keys, once they are there. */
  public synchronized Optional<PoolKeys> keys() {
    return keys;
  }

  /** Takes keys over; those that are there stay, and the new ones, being the same, are wiped. */
  public synchronized void accept(PoolKeys opened) {
    if (keys.isPresent()) {
      opened.close();
    } else {
      keys = Optional.of(opened);
    }
  }

  /** Wipes the keys. Idempotent. */
  @Override
  public synchronized void close() {
    keys.ifPresent(PoolKeys::close);
  }
}
